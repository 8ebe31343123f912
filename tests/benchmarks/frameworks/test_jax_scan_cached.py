"""`jax_scan_cached` finds all its programs in JAX's compilation cache; no other row finds any."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from benchmarks.contract import Training
from benchmarks.datasets import synthetic
from benchmarks.kinds.training import KIND
from benchmarks.registry import ROOT
from benchmarks.workers.array_files import open_arrays, save_arrays
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Unsupported
from benchmarks.workers.pool import Pool
from benchmarks.workers.variables import worker_variables
from benchmarks.workers.worker import WorkerError

TASK = Training(
    name="t", dataset="synthetic", model="softmax", optimizer="adam", learning_rate=0.1, epochs=2,
    batch_size=32, why="",
)  # fmt: skip

# trains as a worker does, and counts what JAX reports of its cache
SCRIPT = """
import collections, json, sys
from pathlib import Path
import jax
from benchmarks.workers.host import Host
from tests.benchmarks.frameworks.test_jax_scan_cached import TASK

events = collections.Counter()
jax.monitoring.register_event_listener(lambda event, **_: events.update([event.split("/")[-1]]))
host = Host("frameworks", sys.argv[1])
host.load()
host.prepare(TASK, Path(sys.argv[2]))
host.run(host.arrays.start)
host.outcome()
print(json.dumps(events))
"""


@pytest.fixture
def folder(tmp_path):
    options = {"num_examples": 100, "num_features": 5, "num_classes": 3}
    save_arrays(KIND.build(TASK, synthetic.load(None, **options)), tmp_path / "arrays")
    return tmp_path / "arrays"


@pytest.fixture
def events(tmp_path, folder):
    """`events(name)`: how often a new process of an implementation found a program, and how often not."""

    def count(name):
        command = [sys.executable, "-c", SCRIPT, name, str(folder)]
        variables = os.environ | worker_variables(name, tmp_path)
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return count


@pytest.mark.long
def test_it_finds_what_jax_scan_compiled_and_no_other_row_finds_anything(events):
    cold = events("jax_scan")
    assert cold["cache_misses"] > 0
    assert "cache_hits" not in cold
    found = events("jax_scan_cached")
    assert found["cache_hits"] == cold["cache_misses"]
    assert "cache_misses" not in found
    assert "cache_hits" not in events("jax_step")


def test_a_cache_of_the_users_own_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", "/home/user/cache")
    used = worker_variables("jax_step", tmp_path)["JAX_COMPILATION_CACHE_DIR"]
    assert used == str(tmp_path / "jax" / "jax_step")


@pytest.fixture
def pool(tmp_path):
    """Workers of a run of its own, whose caches are empty."""
    made = Pool(tmp_path, timeout=60.0)
    yield made
    made.close()


def test_without_jax_scan_it_is_skipped_with_a_reason(pool, folder):
    with pytest.raises(Unsupported, match="`jax_scan` has to come before"):
        pool.worker("jax_scan_cached").ask(Host.prepare, TASK, folder)


def test_a_program_that_was_not_cached_gives_no_result(pool, folder):
    cold, later = pool.worker("jax_scan"), pool.worker("jax_scan_cached")
    cold.ask(Host.prepare, TASK, folder)
    cold.ask(Host.run, open_arrays(folder).start)
    other = replace(TASK, optimizer="sgd")
    later.ask(Host.prepare, other, folder)
    later.ask(Host.run, open_arrays(folder).start)
    with pytest.raises(WorkerError, match="not in the cache"):
        later.ask(Host.outcome)
