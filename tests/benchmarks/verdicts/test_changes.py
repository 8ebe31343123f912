"""Two runs: what changed in a program is found, and what changed in the machine is not taken for it."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.contract import Record, program_and_variant
from benchmarks.verdicts import yardstick
from benchmarks.verdicts.changes import Verdict, changes
from tests.benchmarks.records import ENVIRONMENT, TRAINING, training_row

ROWS = {
    "jax_scan": "jax", "jax_scan (again)": "jax", "tf_xla": "tensorflow", "torch_eager": "torch",
    "torch_compile": "torch", "numpy_float32": "numpy",
}  # fmt: skip
VERSIONS = {"jax": "1", "tensorflow-cpu": "1", "torch": "1", "numpy": "1"}


def run(seed=0, between=0.01, machine=1.0, slower=(), versions=VERSIONS, blocks=5, **fields):
    """A run of one task, whose rows all take a second but for noise.

    Args:
        between: standard deviation of the logarithms of processes.
        machine: factor of all times; in each block another one near it.
        slower: pairs of an implementation and the factor of its times.
        fields: of all rows.
    """
    rng, factors = np.random.default_rng(seed), dict(slower)
    drift = machine * np.exp(rng.normal(0, 0.05, blocks))
    rows = []
    for name, library in ROWS.items():
        own = factors.get(program_and_variant(name)[0], 1.0)
        seconds = drift * own * np.exp(rng.normal(0, between, blocks))
        row = training_row(name, library, [[each] * 3 for each in seconds])
        rows.append(replace(row, precision="float32", **fields))
    tasks = {"training": TRAINING | {"kind": "training", "order_seed": seed}}
    return Record(ENVIRONMENT | {"versions": versions}, "run", "2026-01-01", tasks, rows, {})


def of(found, name):
    return next(change for change in found if change.implementation == name)


@pytest.mark.parametrize("machine", [1.0, 1.6])
def test_another_day_changes_no_row(machine):
    found = changes(run(1), run(2, machine=machine))
    assert [change.implementation for change in found] == [
        name for name in ROWS if "(again)" not in name
    ]
    assert {change.verdict for change in found} <= {Verdict.SAME, Verdict.CANNOT_TELL}
    for change in found:
        assert change.times.low < 1 < change.times.high
        assert change.machine == pytest.approx(machine, rel=0.08)


def test_a_row_that_became_slower_is_found_on_a_slower_machine():
    found = changes(run(1), run(2, machine=1.3, slower=[("jax_scan", 1.2)]))
    assert of(found, "jax_scan").verdict is Verdict.SLOWER
    assert of(found, "jax_scan").times.value == pytest.approx(1 / 1.2, rel=0.03)
    assert {of(found, name).verdict for name in ("tf_xla", "torch_eager")} <= {
        "same",
        "cannot tell",
    }
    back = changes(run(2, slower=[("jax_scan", 1.2)]), run(1))
    assert of(back, "jax_scan").verdict is Verdict.FASTER


def test_a_change_of_less_than_is_noticeable_is_no_verdict():
    found = changes(run(1, between=1e-4), run(2, between=1e-4, slower=[("jax_scan", 1.03)]))
    assert of(found, "jax_scan").verdict is Verdict.SAME
    wide = changes(run(1, between=0.1), run(2, between=0.1, slower=[("jax_scan", 1.03)]))
    assert of(wide, "jax_scan").verdict is Verdict.CANNOT_TELL


def test_a_library_that_was_upgraded_is_no_yardstick():
    upgraded = VERSIONS | {"torch": "2", "numpy": "2", "tensorflow-cpu": "2"}
    found = changes(run(1), run(2, machine=1.6, versions=upgraded))
    assert of(found, "jax_scan").machine is None
    assert of(found, "jax_scan").verdict is Verdict.CANNOT_TELL
    assert of(found, "jax_scan").times.high < 0.8  # by the clock
    assert of(found, "tf_xla").machine is None  # JAX is the same, but is one row only


def test_one_process_has_no_verdict():
    found = changes(run(1, blocks=1), run(2, blocks=1, slower=[("jax_scan", 3.0)]))
    assert {change.verdict for change in found} == {Verdict.CANNOT_TELL}
    assert not np.isfinite(of(found, "jax_scan").times.high)


def test_intervals_cover_the_change():
    covered = [
        change.times.low < 1 < change.times.high
        for seed in range(100)
        for change in changes(run(2 * seed), run(2 * seed + 1, machine=1.3))
    ]
    assert 0.92 <= np.mean(covered) <= 0.98


def test_other_products_are_not_compared():
    found = changes(run(1), run(2, slower=[("jax_scan", 0.1)], device="gpu"))
    assert {change.verdict for change in found} == {Verdict.NOT_COMPARED}
    assert found[0].reason == "device was cpu, is gpu"
    now = run(2)
    now.rows = [replace(row, precision="bfloat16") for row in now.rows]
    assert changes(run(1), now)[0].reason == "precision was float32, is bfloat16"


def test_other_work_is_not_compared():
    now = run(2)
    now.tasks["training"] |= {"epochs": 5, "source": "seed 1"}
    reasons = {change.reason for change in changes(run(1), now)}
    assert reasons == {"epochs was 2, is 5; source was seed 0, is seed 1"}


def test_a_row_that_lost_its_time_is_lost_and_no_row_disappears():
    before, now = run(1), run(2)
    now.rows[0].differ("a weight differs by 1")
    before.rows[2].fail("out of memory")
    now.rows = [row for row in now.rows if row.implementation != "torch_eager"]
    found = changes(before, now)
    lost = of(found, "jax_scan")
    assert lost.verdict is Verdict.LOST
    assert lost.reason == "now parity failed: a weight differs by 1"
    assert of(found, "tf_xla").verdict is Verdict.NOT_COMPARED
    assert of(found, "tf_xla").reason == "before failed: out of memory"
    assert of(found, "torch_eager").reason == "only in the old run"
    added = of(changes(now, before), "torch_eager")
    assert added.reason == "only in the new run"


def test_an_upgrade_in_an_environment_of_a_library_is_no_yardstick():
    """scikit-learn's rows are in the folder `sklearn`, by which `--python` knows them."""

    def version(upgraded):
        own = {"python": "3.13.0", "versions": {"scikit-learn": upgraded}}
        record = Record(ENVIRONMENT | {"environments": {"sklearn": own}}, "run", "2026", {}, [], {})
        return yardstick._version(record, training_row("sklearn_saga", "scikit-learn"))

    assert (version("1.9"), version("2.0")) == ("1.9", "2.0")


def test_a_row_of_an_implementation_that_is_gone_has_the_versions_of_the_run():
    record = Record(ENVIRONMENT | {"versions": VERSIONS}, "run", "2026", {}, [], {})
    assert yardstick._version(record, training_row("gone", "torch")) == "1"
