"""The precision probe tells apart what implementations compute in, whichever factor they round."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.contract import Outcome, Runner
from benchmarks.contract.formulas import losses_and_slopes
from benchmarks.frameworks.numpy import numpy_stacked
from benchmarks.kinds import training
from benchmarks.proof.parity import NotTheSame
from benchmarks.proof.precision import (
    BITS,
    STEPS,
    found_precision,
    probe_arrays,
    probe_name,
    probe_task,
    require_precision,
)
from benchmarks.workloads.sweeps import TASKS as SWEEPS
from tests.benchmarks.toy_training import TASK, Toy, has_no_time, run

pytestmark = pytest.mark.usefixtures("no_warm_up")

TASKS = {
    f"{model}, {batch_size}": replace(TASK, model=model, batch_size=batch_size)
    for model in ("linear", "logistic", "softmax")
    for batch_size in (None, 16)
}


def truncated(array, bits):
    """float32 with only so many bits of its fraction, as TF32 and bfloat16 have 10 and 7."""
    dropped = np.uint32(2 ** (23 - bits))
    raw = np.array(array, np.float32).view(np.uint32)
    return (raw // dropped * dropped).view(np.float32)


def rounded(array, bits):
    half = np.uint32(2 ** (22 - bits)) if bits < 23 else np.uint32(0)
    raw = np.array(array, np.float32).view(np.uint32) + half
    return truncated(raw.view(np.float32), bits)


class Imprecise:
    """A training by SGD in float32 whose products drop bits of their factors.

    Args:
        bits: kept of each factor: of x and the weights of the scores, of slopes and x of the gradient.
        cut: how a factor loses its bits.
        steps: which steps are so.
    """

    LIBRARY = "toy"

    def __init__(self, scores=(23, 23), gradient=(23, 23), cut=truncated, steps=lambda step: True):
        self.scores, self.gradient, self.cut, self.steps = scores, gradient, cut, steps

    def unsupported(self, task):
        return None

    def prepare(self, task, given):
        def product(a, b, bits, step):
            kept = bits if self.steps(step) else (23, 23)
            return self.cut(a, kept[0]) @ self.cut(b, kept[1])

        def train(start):
            weights, bias = map(np.array, start)
            for step in range(given.steps):
                rows = (
                    slice(None) if given.plan is None else given.plan[step][given.plan[step] >= 0]
                )
                x, y = np.asarray(given.x[rows]), given.y[rows]
                z = product(x, weights.T, self.scores, step) + bias
                slopes = losses_and_slopes(task.model, z[None], y)[1][0].astype(np.float32)
                rate = np.float32(task.learning_rate / len(x))
                weights -= rate * product(slopes.T, x, self.gradient, step)
                bias -= rate * slopes.sum(axis=0)
            return weights, bias

        return Runner(train, lambda raw: Outcome(*raw))


def probed(task, implementation):
    probe = probe_task(task)
    arrays = probe_arrays(probe)
    runner = implementation.prepare(probe, arrays)
    return found_precision(probe, runner.collect(runner.run(runner.place(arrays.start))))


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_full_products_are_float32_and_the_reference_is_float64(task):
    assert probed(task, Imprecise()) == "float32"
    assert probed(task, Toy()) == "float64"


@pytest.mark.parametrize("cut", [truncated, rounded])
@pytest.mark.parametrize(("bits", "name"), [(7, "bfloat16"), (10, "tf32")])
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_products_with_fewer_bits_are_named(task, bits, name, cut):
    assert probed(task, Imprecise((bits, bits), (bits, bits), cut)) == name


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize(
    "factor",
    [{"scores": (7, 23)}, {"scores": (23, 7)}, {"gradient": (23, 7)}],
    ids=["x", "weights", "x of the gradient"],
)
def test_one_factor_in_bfloat16_is_enough(task, factor):
    assert probed(task, Imprecise(**factor)) == "bfloat16"


@pytest.mark.parametrize("cut", [truncated, rounded])
@pytest.mark.parametrize("bits", [7, 10])
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_slopes_that_are_cut_are_not_float32(task, bits, cut):
    """They cancel nowhere; what they move is off by their rounding."""
    assert probed(task, Imprecise(gradient=(bits, 23), cut=cut)) in BITS.values()


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_sums_of_products_in_bfloat16_are_less_than_float32(task):
    """As of three products, which keep some 16 bits."""
    assert probed(task, Imprecise((16, 16), (16, 16))) == "less than float32"


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_single_step_in_bfloat16_shows(task):
    late = Imprecise((7, 7), (7, 7), steps=lambda step: step == STEPS - 1)
    assert probed(task, late) == "bfloat16"


def test_the_probe_of_a_sweep_has_models_of_its_own():
    for task in SWEEPS:
        probe = probe_task(task)
        assert probe_arrays(probe).models == probe.models == 2
        assert probed(task, numpy_stacked) == "float64"


def test_what_differs_in_the_probe_differs_in_its_name():
    names = {probe_name(task) for task in (*TASKS.values(), replace(TASK, precision="tf32"))}
    assert len(names) == len(TASKS) + 1
    assert probe_name(replace(TASK, learning_rate=3.0)) == probe_name(TASK)


@pytest.mark.parametrize(
    ("found", "precision", "fine"),
    [
        ("float64", "float32", True), ("float32", "float32", True), ("tf32", "float32", False),
        ("less than float32", "float32", False), ("bfloat16", "float32", False),
        ("tf32", "tf32", True), ("float32", "tf32", True), ("bfloat16", "tf32", False),
        ("unknown (got weights of shape (1,) from the probe)", "float32", False),
    ],
)  # fmt: skip
def test_a_lower_precision_than_the_task_has_is_refused(found, precision, fine):
    task = replace(TASK, precision=precision)
    if fine:
        require_precision(task, found)
    else:
        with pytest.raises(NotTheSame, match=f"expected {precision}"):
            require_precision(task, found)


def test_weights_of_another_shape_are_no_answer():
    probe = probe_task(TASK)
    assert found_precision(probe, Outcome(np.zeros(3), np.zeros(1))).startswith("unknown (got")


def test_bfloat16_after_the_steps_that_parity_compares_gets_no_time(tmp_path):
    """The row passes parity, whose steps it does in float32."""
    late = Imprecise((7, 7), (7, 7), steps=lambda step: step >= 20)
    rows = run(tmp_path, replace(TASK, optimizer="sgd", epochs=4), late=late, same=Toy())
    assert rows["late"].status == "parity failed"
    assert has_no_time(rows["late"], "computed in bfloat16, expected float32")
    assert rows["late"].reason.startswith("its products")  # and not only after its rounds
    assert (rows["same"].status, rows["same"].precision) == ("ok", "float64")


def test_a_row_that_is_less_precise_after_its_rounds_loses_its_times(tmp_path):
    switch = Imprecise((7, 7), (7, 7), steps=lambda step: timed)
    timed = False
    ask = training.interleave

    def interleave(*given):
        nonlocal timed
        ask(*given)
        timed = True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "interleave", interleave)
        rows = run(tmp_path, replace(TASK, optimizer="sgd"), switch=switch)
    assert rows["switch"].precision == "float32"
    assert rows["switch"].status == "parity failed"
    assert has_no_time(rows["switch"], "after its rounds its products were computed in bfloat16")
