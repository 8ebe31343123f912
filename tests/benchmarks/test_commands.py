"""The commands as a user types them, on the two implementations that start fastest."""

import json
import shutil

import pytest

from benchmarks import commands, results
from benchmarks.__main__ import main
from benchmarks.kinds.training import TrainingRow
from benchmarks.session import Session
from tests.benchmarks.as_typed import (
    ENVIRONMENT,
    SMALL,
    run,
    run_without_ceilings,
    typed,
)
from tests.benchmarks.verdicts import test_changes as two_runs


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The results folder of a small run, and what it printed."""
    folder = tmp_path_factory.mktemp("results")
    done = run_without_ceilings("benchmarks", "run", *typed(SMALL), "--out", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done


def test_a_run_leaves_results_a_table_and_progress(ran):
    folder, done = ran
    assert {p.name for p in folder.iterdir()} == {"benchmark.json", "report.html", "summary.md"}
    assert "diabetes_sgd: linear, 353 x 10" in done.stdout
    assert "jax_scan" in done.stdout
    assert "[1/1] diabetes_sgd" in done.stderr
    assert "   1/3 numpy_float64 " in done.stderr  # with a control
    assert done.stderr.splitlines()[-1].startswith(("  jax_scan", "  numpy_float64"))


def test_the_stored_file_is_pytest_benchmarks(ran):
    data = json.loads((ran[0] / "benchmark.json").read_text())
    assert sorted(b["name"] for b in data["benchmarks"]) == [
        "test_row[diabetes_sgd-jax_scan]", "test_row[diabetes_sgd-numpy_float64]",
    ]  # fmt: skip
    for benchmark in data["benchmarks"]:
        assert benchmark["group"] == "diabetes_sgd"
        assert benchmark["stats"]["rounds"] >= 5
        assert benchmark["extra_info"]["parity"]["weights"] < 1e-2
        row = next(r for r in results.load(ran[0]).rows if r.implementation in benchmark["name"])
        assert benchmark["stats"]["data"] == pytest.approx(row.seconds, rel=1e-6)


def test_the_record_says_what_was_typed(ran):
    assert results.load(ran[0]).command.startswith("python -m benchmarks run --quick --task")


def test_a_report_can_be_made_again(ran, capsys):
    before = (ran[0] / "summary.md").read_text()
    (ran[0] / "summary.md").unlink()
    assert main(["report", str(ran[0])]) == 0
    assert (ran[0] / "summary.md").read_text() == before


def test_a_report_is_of_the_intact_file_and_says_so(ran, tmp_path, capsys):
    found = results.load(ran[0])
    (tmp_path / "benchmark.json").write_bytes((ran[0] / "benchmark.json").read_bytes()[:5000])
    results.save_partial(found, tmp_path)
    assert main(["report", str(tmp_path)]) == 0
    said = capsys.readouterr().err
    assert f"{tmp_path / 'benchmark.json'} is no JSON, or only the beginning of it" in said
    assert f"This is the report of what is intact in {tmp_path / 'partial'}" in said
    assert (tmp_path / "summary.md").read_text() == (ran[0] / "summary.md").read_text()


def test_a_report_of_an_incomplete_record_writes_nothing(ran, tmp_path, capsys):
    data = results.load(ran[0]).as_dict()
    del data["tasks"]["diabetes_sgd"]["steps"]
    (tmp_path / "partial.json").write_text(json.dumps(data))
    assert main(["report", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert (
        f"{tmp_path / 'partial.json'} is not complete: the record.tasks.diabetes_sgd has no 'steps'"
        in said
    )
    assert [path.name for path in tmp_path.iterdir()] == ["partial.json"]


@pytest.mark.parametrize(
    "content", [b"", b"[", b"{}", b"[1]", b'[{"name": "a"}]', b'[{"name": 1, "skipped": ""}]']
)
def test_lessons_that_are_damaged_are_named(ran, tmp_path, capsys, content):
    shutil.copytree(ran[0], tmp_path, dirs_exist_ok=True)
    (tmp_path / "lessons.json").write_bytes(content)
    assert main(["report", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert f"{tmp_path / 'lessons.json'} is damaged" in said
    assert "remove it" in said


def test_a_missing_data_set_skips_its_tasks_with_the_reason(tmp_path):
    environment = ENVIRONMENT | {"TFDS_DATA_DIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    environment.pop("LOGREG_JAX_DATA", None)
    done = run("benchmarks", "list", env=environment)
    assert "Three ways to get it" in done.stdout
    assert "here" in done.stdout


def stored(folder, record):
    folder.mkdir()
    results.save(record, folder)
    return str(folder)


def test_two_runs_are_compared_and_the_exit_status_tells_a_loss(tmp_path, capsys):
    before, now = two_runs.run(1), two_runs.run(2, slower=[("jax_scan", 1.2)])
    old, new = stored(tmp_path / "old", before), stored(tmp_path / "new", now)
    assert main(["compare", old, new]) == 1
    assert "slower" in capsys.readouterr().out
    assert main(["compare", new, old, "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("**Of 5 rows: 1 faster, ")
    for row in now.rows:
        row.fail("out of memory")
    failed = stored(tmp_path / "failed", now)
    assert main(["compare", old, failed]) == 1
    assert main(["compare", failed, new]) == 2
    assert "nothing could be compared" in capsys.readouterr().err


def test_runs_of_other_machines_are_not_compared(tmp_path, capsys):
    before, now = two_runs.run(1), two_runs.run(2)
    now.environment = now.environment | {"cpu": "Other CPU"}
    old, new = stored(tmp_path / "old", before), stored(tmp_path / "new", now)
    assert main(["compare", old, new]) == 2
    assert "cpu was Some CPU, is Other CPU" in capsys.readouterr().err
    assert main(["compare", old, str(tmp_path / "nowhere")]) == 2


def test_the_meanings_of_optimisers_are_printed_and_stored(tmp_path, monkeypatch, capsys):
    found = {"libraries": [], "missing": {"optax": "needs optax"}}
    monkeypatch.setattr(commands, "ask_all", lambda variables: found)
    assert main(["semantics", "--out", str(tmp_path)]) == 1  # no library could be asked
    answer = {"optimizer": "adam", "question": "epsilon", "answer": "inside", "observed": 1.0}
    found["libraries"] = [{"library": "toy", "version": "1", "answers": [answer]}]
    assert main(["semantics", "--out", str(tmp_path)]) == 0
    assert "| epsilon | inside |" in capsys.readouterr().out
    assert json.loads((tmp_path / "semantics.json").read_text()) == found
    assert "| epsilon | inside |" in (tmp_path / "semantics.md").read_text()
    (tmp_path / "file").touch()
    assert main(["semantics", "--out", str(tmp_path / "file")]) == 3


NO_DATA = ("pima", "diabetes_scaled", "birth_life_online", "mnist_adam", "fashion_mnist_adam")


def test_a_failed_row_does_not_leave_out_the_lessons(tmp_path, monkeypatch, capsys):
    class Failing(Session):
        def run(self):
            self.record.rows.append(TrainingRow("six_points", "jax_scan", status="failed"))

    traced = []
    monkeypatch.setattr(commands, "Session", Failing)
    monkeypatch.setattr(commands, "_trace_lessons", lambda *given: not traced.append(given))
    assert main(["run", "--implementation", "jax_scan", "--out", str(tmp_path)]) == 1
    assert len(traced) == 1


def test_without_data_the_lessons_that_need_none_are_traced(tmp_path):
    environment = ENVIRONMENT | {
        "TFDS_DATA_DIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path),
        "SCIKIT_LEARN_DATA": str(tmp_path), "https_proxy": "http://127.0.0.1:9",
    }  # fmt: skip
    environment.pop("LOGREG_JAX_DATA", None)
    arguments = ["--all", "--implementation", "numpy_float64"]
    done = run("benchmarks", "trace", *arguments, env=environment)
    assert done.returncode == 0, done.stderr
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines()[-14:])
    traced = [name for name, text in said.items() if "skipped" not in text]
    assert set(traced) >= {"noisy_threshold", "two_gaussians", "two_gaussians_custom_gradient",
                           "linear_keras", "linear_tape", "six_points"}  # fmt: skip
    for name in NO_DATA:
        if name not in traced:  # with a network, images and pima come by download
            assert "--data-dir or LOGREG_JAX_DATA" in said[name]
