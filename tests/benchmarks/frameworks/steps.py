"""What trainings and sweeps are held to: the steps of the reference, from the same start on every run."""

from typing import NamedTuple

import numpy as np
import pytest

from benchmarks import registry
from benchmarks.contract import Case, Outcome
from benchmarks.kinds import get_kind
from benchmarks.proof import parity
from benchmarks.workers.array_files import open_arrays
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Unsupported
from benchmarks.workers.worker import Worker


class Trained(NamedTuple):
    """A worker that is prepared for a case, and the outcome of its first run."""

    worker: Worker
    case: Case
    outcome: Outcome


COMPILED_BY_GXX = {
    "torch_compile": "softmax-adam-16",
    "torch_stacked": "rates-penalties",
    "torch_stacked_unrolled": "rates-penalties",
    "torch_unrolled": "logistic-sgd0.9-16",
    "torch_vmap": "data-batches",
}
"""Implementations that take many seconds to compile a task, and the task that each is compiled for. On the
others the same code runs without a compiler."""


def pairs(tasks):
    """All pairs of a task and an implementation for it; those that g++ compiles are long."""
    return [
        pytest.param(
            (task, name), id=f"{task.name}-{name}",
            marks=[pytest.mark.long] if name in COMPILED_BY_GXX else [],
        )
        for task in tasks
        for name in registry.names("frameworks")
        if registry.kind_of(name) == task.kind
    ]  # fmt: skip


def train(pool, without_compiler, case, name):
    """Train with an implementation; skips what cannot be imported or is not supported."""
    reason = registry.missing_imports("frameworks", name)
    if reason:
        pytest.skip(reason)
    compiled = case.task.name == COMPILED_BY_GXX.get(name, case.task.name)
    worker = (pool if compiled else without_compiler).worker(name)
    try:
        prepared = worker.ask(Host.prepare, case.task, case.folder)
    except Unsupported as unsupported:
        pytest.skip(str(unsupported))
    assert prepared.device
    assert worker.ask(Host.run, case.arrays.start) > 0
    return Trained(worker, case, worker.ask(Host.outcome))


def reference(case, steps=10**9):
    """What the reference gives, after all steps or the first ones."""
    file = registry.load("frameworks", get_kind(case.task.kind).reference)
    return file.prepare(case.task, case.arrays.first(steps)).run(case.arrays.start)


class StepsContract:
    """Tests of a fixture `trained`. A subclass names the tasks that are also cut short."""

    cut_short: tuple[str, ...] = ()

    def test_it_names_its_library(self, trained):
        assert trained.worker.loaded.library

    def test_the_outcome_is_the_references(self, trained):
        _, case, outcome = trained
        expected = reference(case)
        apart, allowed = parity.difference(case.arrays, outcome, expected)
        assert apart <= allowed
        if outcome.losses is not None:
            np.testing.assert_allclose(outcome.losses, expected.losses, rtol=1e-4)

    def test_the_first_steps_are_the_beginning(self, trained):
        worker, case, _ = trained
        slow = case.task.name == COMPILED_BY_GXX.get(worker.name)
        if slow or case.task.name not in self.cut_short:
            pytest.skip("it would compile once more; " + ", ".join(self.cut_short) + " show it")
        early = worker.ask(Host.outcome_after, case.task, case.folder, 3)
        apart, allowed = parity.difference(case.arrays, early, reference(case, 3))
        assert apart <= allowed

    def test_two_runs_are_equal_even_after_another_training(self, trained):
        worker, case, first = trained
        worker.ask(Host.run, case.arrays.start)
        for one, other in zip(first, worker.ask(Host.outcome), strict=True):
            np.testing.assert_array_equal(one, other)

    def test_the_arrays_are_unchanged(self, trained):
        case = trained.case
        for got, expected in zip(open_arrays(case.folder), case.arrays, strict=True):
            np.testing.assert_array_equal(got, expected)

    def test_it_knows_its_peak_memory(self, trained):
        # more than an interpreter with NumPy, less than the machine
        assert 2**23 < trained.worker.ask(Host.memory)["peak_memory"] < 2**36
