"""The row that shows JAX's compilation cache hits it, always; and nobody else does."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from benchmarks import problem
from benchmarks.datasets import synthetic
from benchmarks.process import ROOT, Worker, WorkerError, environment
from benchmarks.spec import Task
from benchmarks.worker import Session

TASK = Task("t", "synthetic", "softmax", "adam", 0.1, 2, "why", batch_size=32)

# Trains as a worker does, and counts what JAX says of its cache.
SCRIPT = """
import collections, json, sys
from pathlib import Path
import jax
from benchmarks.worker import Session
from tests.test_jax_scan_cached import TASK

events = collections.Counter()
jax.monitoring.register_event_listener(lambda event, **_: events.update([event.split("/")[-1]]))
session = Session(sys.argv[1])
session.load()
session.prepare(TASK, Path(sys.argv[2]))
session.run()
session.outcome()
print(json.dumps(events))
"""


@pytest.fixture
def data(tmp_path):
    options = {"num_examples": 100, "num_features": 5, "num_classes": 3}
    problem.save(problem.build(TASK, synthetic.load(None, **options)), tmp_path / "problem")
    return tmp_path / "problem"


@pytest.fixture
def events(tmp_path, data):
    """`events(framework)`: how often a new process of it found a program, and how often not."""

    def count(framework):
        command = [sys.executable, "-c", SCRIPT, framework, str(data)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment(framework, tmp_path), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return count


def test_it_finds_what_jax_scan_compiled_and_nobody_else_finds_anything(events):
    cold = events("jax_scan")
    assert cold["cache_misses"] > 0
    assert "cache_hits" not in cold
    found = events("jax_scan_cached")
    assert found["cache_hits"] == cold["cache_misses"]
    assert "cache_misses" not in found
    assert "cache_hits" not in events("jax_step")


def test_a_cache_of_the_users_own_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", "/home/user/cache")
    used = environment("jax_step", tmp_path)["JAX_COMPILATION_CACHE_DIR"]
    assert used == str(tmp_path / "jax" / "jax_step")


@pytest.fixture
def worker(tmp_path):
    """`worker(framework)`: one that has loaded its implementation."""
    started = []

    def make(framework):
        started.append(Worker(framework, tmp_path, timeout=60.0))
        started[-1].ask(Session.load)
        return started[-1]

    yield make
    for each in started:
        each.close()


def test_before_jax_scan_it_says_what_has_to_be_run(worker):
    assert "`jax_scan` has to be run before" in worker("jax_scan_cached").ask(
        Session.unsupported, TASK
    )


def test_a_program_that_was_not_cached_gives_no_result(worker, data):
    cold, later = worker("jax_scan"), worker("jax_scan_cached")
    cold.ask(Session.prepare, TASK, data)
    cold.ask(Session.run)
    other = replace(TASK, optimizer="sgd")
    later.ask(Session.prepare, other, data)
    later.ask(Session.run)
    with pytest.raises(WorkerError, match="not in the cache"):
        later.ask(Session.outcome)
