"""Arguments, messages and exit statuses of the command line, on any terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import registry, results, selection
from benchmarks.__main__ import main
from benchmarks.exit_status import MEANINGS
from benchmarks.registry import ROOT
from tests.benchmarks.as_typed import ENVIRONMENT, run
from tests.benchmarks.records import record


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--task", "nope"], "digits_adam, breast_cancer_sgd"),
        (["--implementation", "nope"], "expected one of cyanure_auto"),
        (["--quick", "--task", "mnist_adam_epoch"], "expected one of "),
    ],
)
def test_a_name_that_does_not_exist_is_answered_with_those_that_do(
    arguments, expected, tmp_path, capsys
):
    assert main(["run", *arguments, "--out", str(tmp_path)]) == 2
    assert expected in capsys.readouterr().err


USELESS = {
    "list, data folder": (["list", "--data-dir", "/nowhere"], "/nowhere, which is no folder"),
    "run, data folder": (["run", "--data-dir", "/nowhere"], "got --data-dir /nowhere"),
    "trace, data folder": (["trace", "six_points", "--data-dir", "/nowhere"], "got --data-dir /nowhere"),
    "report, nowhere": (["report", "/nowhere"], "which holds no results"),
    "report, a file": (["report", __file__], "which is a file; expected the folder that holds it"),
    "report, too long": (["report", "x" * 5000], "which holds no results"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "expected"), USELESS.values(), ids=USELESS)
def test_what_cannot_be_done_has_a_message_and_status_2(arguments, expected, capsys):
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert expected in said.err
    assert said.out == ""


def test_a_data_folder_of_the_environment_that_is_not_there_is_named(monkeypatch, capsys):
    monkeypatch.setenv("LOGREG_JAX_DATA", "/nowhere")
    assert main(["list"]) == 2
    assert "got LOGREG_JAX_DATA /nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["nan", "0", "-5", "inf", "1e300", "soon", ""])
def test_a_timeout_that_is_none_is_refused(text, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["run", "--timeout", text])
    assert ended.value.code == 2
    assert f"got {text}; expected seconds above 0" in capsys.readouterr().err


def test_an_implementation_that_is_named_twice_has_one_row():
    chosen = selection.choose_pairs(["digits_adam"] * 2, ["jax_scan", "jax_scan"], quick=False)
    assert chosen == {"digits_adam": ("jax_scan",)}


def test_the_help_says_what_every_exit_status_means(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    for status, meaning in MEANINGS.items():
        assert f"{status} {meaning}" in said


def test_a_python_without_a_package_is_told_how_to_get_it():
    hide = "import sys; sys.modules['pytest_benchmark'] = None; "
    start = f"{hide}from benchmarks.__main__ import main; sys.exit(main(['list']))"
    done = run(start=("-c", start))
    assert done.returncode == 2
    assert "without the package pytest_benchmark" in done.stderr
    assert "pip install '.[benchmarks]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_output_that_nobody_reads_ends_a_command_quietly():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks", "list"],
            cwd=ROOT, env=ENVIRONMENT, stdout=nobody, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="only Linux has a disk that is always full"
)
def test_output_to_a_full_disk_says_so():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks", "list"],
            cwd=ROOT, env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert done.returncode == 3
    assert (
        done.stderr
        == "the output cannot be written: No space left on device; make room on its disk\n"
    )


def test_a_terminal_of_ascii_shows_everything(tmp_path):
    results.save_partial(record(), tmp_path)
    for environment in (
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ):
        done = run("benchmarks", "report", str(tmp_path), env=ENVIRONMENT | environment)
        assert done.returncode == 0, done.stderr
        assert "+-" in done.stdout
        assert done.stdout.isascii()


def test_a_folder_whose_name_is_not_utf_8_has_a_report(tmp_path, capfd):
    folder = os.fsdecode(bytes(tmp_path / "caf") + b"\xe9")
    results.save_partial(record(), Path(folder))
    assert main(["report", folder]) == 0
    assert r"caf\udce9" in capfd.readouterr().out


def test_reporting_an_empty_folder_says_what_makes_one(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 2
    assert "python -m benchmarks run" in capsys.readouterr().err


def test_list_names_everything_there_is(capsys):
    assert main(["list"]) == 0
    text = capsys.readouterr().out
    for package in ("datasets", "frameworks"):
        assert all(f"  {name} " in text for name in registry.names(package))
    assert all(f"  {name} " in text for name in {**registry.tasks(), **registry.lessons()})
    assert all(f"  {name}\n" in text for name in ("LBFGS", "Optax"))
    assert "solve: softmax on mnist, required gap 1e-06" in text
