"""The commands as a user types them, on the two implementations that start fastest."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from benchmarks import commands, results
from benchmarks.__main__ import main
from benchmarks.kinds.training import TrainingRow
from benchmarks.registry import ROOT
from benchmarks.session import Session
from benchmarks.storage.scratch import Scratch
from tests.benchmarks.as_typed import ENVIRONMENT, SMALL, WITHOUT_CEILINGS, run, typed

LONG = {
    "diabetes_sgd": ("numpy_float32", "numpy_float64"),
    "probes": ("jax_sweep", "numpy_stacked"),
}
"""A task that ends soon and one whose rounds take long enough to be interrupted, with their rows."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The results folder of a small run, and what it printed."""
    folder = tmp_path_factory.mktemp("results")
    done = run("benchmarks", "run", *typed(SMALL), "--out", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done


def test_a_run_leaves_results_a_table_and_progress(ran):
    folder, done = ran
    assert {p.name for p in folder.iterdir()} == {"benchmark.json", "report.html", "summary.md"}
    assert "diabetes_sgd: linear, 353 x 10" in done.stdout
    assert "jax_scan" in done.stdout
    assert "[1/1] diabetes_sgd" in done.stderr
    assert "  round 1: numpy_float64 jax_scan" in done.stderr


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
    assert f"This is the report of {tmp_path / 'partial.json'}" in said
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


def start_long_run(folder, variables=None):
    """A run of two tasks, the second of which takes seconds to time."""
    command = [sys.executable, "-u", "-c", WITHOUT_CEILINGS, "benchmarks", "run", "--quick"]
    command += ["--out", str(folder)]
    command += [part for task in LONG for part in ("--task", task)]
    command += [part for names in LONG.values() for n in names for part in ("--implementation", n)]
    # Tests that run in the background of a shell ignore Ctrl-C, and so would everything they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=ENVIRONMENT | (variables or {}),
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


FIRST_RUN = ("[2/2]", "first run")
BLOCK_2 = ("[2/2]", "block 2")
ROUNDS_OF_BLOCK_2 = ("[2/2]", "block 2", "round 1")
"""Moments of the second task: lines that follow each other in the log of a run."""


def wait_for(process, moment):
    """Return as soon as a run has logged the last line of a moment."""
    for awaited in moment:
        next(line for line in process.stderr if awaited in line)


@pytest.mark.long
@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (signal.SIGINT, ROUNDS_OF_BLOCK_2),
        (signal.SIGINT, BLOCK_2),
        (signal.SIGINT, FIRST_RUN),
        (signal.SIGTERM, ROUNDS_OF_BLOCK_2),
    ],
)
def test_a_signal_keeps_what_was_measured(tmp_path, number, moment):
    """Interrupted while a long task is timed, is started anew, and is proved."""
    process = start_long_run(tmp_path)
    wait_for(process, moment)
    os.killpg(process.pid, number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    kept = results.load(tmp_path)
    first, second = ([row for row in kept.rows if row.task == task] for task in LONG)
    assert (len(first), len(second)) == (2, 3)  # with a control
    assert all(row.status == "ok" and len(row.blocks) == 3 for row in first)
    if moment != FIRST_RUN:
        assert all(row.status == "ok" and row.blocks for row in second)
    else:
        assert all(row.status == "skipped" and "ended before" in row.reason for row in second)
    assert "diabetes_sgd" in output
    assert "jax_sweep" in (tmp_path / "summary.md").read_text()
    assert no_workers_left(process.pid)


@pytest.mark.long
def test_a_killed_run_leaves_no_workers_and_its_files_go_at_the_next_start(tmp_path):
    process = start_long_run(tmp_path / "out", {"TMPDIR": str(tmp_path)})
    wait_for(process, ROUNDS_OF_BLOCK_2)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate(timeout=60)
    assert len(workers) >= 4
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert [worker for worker in alive if worker.status() != psutil.STATUS_ZOMBIE] == []
    assert {row.task for row in results.load(tmp_path / "out").rows} == {"diabetes_sgd"}
    scratch = list(tmp_path.glob("logreg_jax-scratch-*"))
    assert len(scratch) == 1
    with Scratch(tmp_path):
        assert not scratch[0].exists()


def no_workers_left(parent):
    for _ in range(50):
        listed = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True).stdout
        if not any(line.split()[0] == str(parent) for line in listed.splitlines() if line.split()):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.long
def test_a_killed_worker_costs_its_row_only(tmp_path):
    process = start_long_run(tmp_path)
    wait_for(process, ROUNDS_OF_BLOCK_2)
    subprocess.run(["pkill", "-KILL", "-P", str(process.pid), "-f", "jax_sweep"], check=True)
    process.communicate(timeout=60)
    assert process.returncode == 1
    rows = {row.implementation: row for row in results.load(tmp_path).rows if row.task == "probes"}
    assert rows["jax_sweep"].status == "failed"
    assert "SIGKILL" in rows["jax_sweep"].reason
    assert rows["jax_sweep"].seconds == []
    assert len(rows["numpy_stacked"].blocks) == 3
    assert "SIGKILL" in (tmp_path / "summary.md").read_text()


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
