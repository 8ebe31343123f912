"""Signals to a run in a process of its own: what was measured is kept, and nothing is left running."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from benchmarks import results
from benchmarks.registry import ROOT
from benchmarks.storage.scratch import Scratch
from tests.benchmarks.as_typed import (
    ENVIRONMENT,
    WITHOUT_CEILINGS,
    run_without_ceilings,
)

LONG = {
    "diabetes_sgd": ("numpy_float32", "numpy_float64"),
    "many_small": ("jax_sweep", "numpy_stacked"),
}
"""A task that ends soon and one whose rounds take long enough to be interrupted, with their rows."""


def start_long_run(folder, variables=None):
    """A run of two tasks, the second of which takes seconds to time."""
    command = [sys.executable, "-u", "-c", WITHOUT_CEILINGS, "benchmarks", "run", "--quick"]
    command += ["--out", str(folder), "--load-limit", "inf"]
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
        (signal.SIGINT, FIRST_RUN),
        (signal.SIGINT, BLOCK_2),
        (signal.SIGTERM, ROUNDS_OF_BLOCK_2),
    ],
)
def test_a_signal_keeps_what_was_measured(tmp_path, number, moment):
    """Interrupted while a long task is proved, is started anew, and is timed."""
    process = start_long_run(tmp_path)
    wait_for(process, moment)
    os.killpg(process.pid, number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    kept = results.load(tmp_path)
    first, second = ([row for row in kept.rows if row.task == task] for task in LONG)
    assert (len(first), len(second)) == (2, 3)  # with a control
    assert all(row.status == "ok" and len(row.blocks) == 3 for row in first)
    if moment == FIRST_RUN:
        assert all(row.status == "skipped" and "ended before" in row.reason for row in second)
    else:
        assert all(row.status == "ok" and row.blocks for row in second)
    assert "diabetes_sgd" in output
    assert "jax_sweep" in (tmp_path / "summary.md").read_text()
    assert no_workers_left(process.pid)


@pytest.mark.long
def test_a_killed_run_leaves_no_workers_and_is_resumed(tmp_path):
    out = tmp_path / "out"
    process = start_long_run(out, {"TMPDIR": str(tmp_path)})
    wait_for(process, ROUNDS_OF_BLOCK_2)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate(timeout=60)
    assert len(workers) >= 4
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert [worker for worker in alive if worker.status() != psutil.STATUS_ZOMBIE] == []
    before = results.load(out)
    assert {row.task for row in before.rows} == {"diabetes_sgd"}
    scratch = list(tmp_path.glob("logreg_jax-scratch-*"))
    assert len(scratch) == 1
    with Scratch(tmp_path):
        assert not scratch[0].exists()
    done = run_without_ceilings("benchmarks", "run", "--resume", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"resuming {out}; finished: diabetes_sgd\n" in done.stderr
    assert "[1/2]" not in done.stderr
    after = results.load(out)
    assert after.of_task("diabetes_sgd") == before.rows
    ended = {(row.task, row.implementation, row.status) for row in after.rows}
    assert ended == {
        *((task, name, "ok") for task, names in LONG.items() for name in names),
        ("many_small", "jax_sweep (again)", "ok"),
    }
    assert (after.started, after.command) == (before.started, before.command)
    assert {p.name for p in out.iterdir()} == {"benchmark.json", "report.html", "summary.md"}


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
    rows = {
        row.implementation: row for row in results.load(tmp_path).rows if row.task == "many_small"
    }
    assert rows["jax_sweep"].status == "failed"
    assert "SIGKILL" in rows["jax_sweep"].reason
    assert rows["jax_sweep"].seconds == []
    assert len(rows["numpy_stacked"].blocks) == 3
    assert "SIGKILL" in (tmp_path / "summary.md").read_text()
