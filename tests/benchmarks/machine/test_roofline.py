"""Work counted by hand, and its bound on machines with round numbers."""

import pytest

from benchmarks.machine import roofline

# 100 examples of 5 features, 3 outputs, batches of 20: 5 steps an epoch
FACTS = {"examples": 100, "features": 5, "outputs": 3, "epochs": 4, "steps": 20}
X = 100 * 5 * 4  # bytes


def machine(**values):
    return {name: [value, "by hand"] for name, value in values.items()}


def test_operations_are_those_of_two_products():
    # score: 5 products and 5 sums for each of 3 outputs; gradient: as many
    one_example = 2 * 3 * 5 + 2 * 3 * 5
    assert roofline.operations(FACTS) == 100 * 4 * one_example == 24_000
    assert roofline.operations(FACTS | {"models": 7}) == 7 * 24_000


@pytest.mark.parametrize(
    ("cache", "passes"), [(X - 1, 4), (X, 1), (None, 1)], ids=["too small", "fits", "not known"]
)
def test_x_is_read_once_if_the_cache_holds_it_and_in_every_epoch_if_not(cache, passes):
    assert roofline.least_bytes(FACTS, cache) == passes * X


@pytest.mark.parametrize(
    ("float32", "memory", "launch", "bound", "seconds"),
    [
        (1e3, 1e6, 1e-6, "arithmetic", 24.0),
        (1e6, 1e3, 1e-6, "memory", 2.0),
        # a step of 2 s / 20 is shorter than a launch; the ideal is one launch for all of them
        (1e6, 1e3, 0.11, "launch", 2.0),
    ],
)
def test_the_bound_is_what_takes_longest(float32, memory, launch, bound, seconds):
    found = roofline.roof(FACTS, machine(float32=float32, memory=memory, launch=launch))
    assert found.bound == bound
    assert found.seconds == pytest.approx(seconds)
    assert found.step == pytest.approx(seconds / 20)


@pytest.mark.parametrize(
    ("precision", "known", "seconds"),
    [("tf32", {"tf32": 8e3}, 3.0), ("tf32", {}, 24.0), ("float32", {"tf32": 8e3}, 24.0)],
    ids=["tf32", "not measured", "float32"],
)
def test_arithmetic_is_that_of_the_tasks_precision(precision, known, seconds):
    ceilings = machine(float32=1e3, memory=1e6, **known)
    found = roofline.roof(FACTS | {"precision": precision}, ceilings)
    assert found.seconds == pytest.approx(seconds)


def test_without_a_launch_time_nothing_is_bound_by_it():
    found = roofline.roof(FACTS, machine(float32=1e15, memory=1e15))
    assert found.bound == found.limit == "arithmetic"


@pytest.mark.parametrize("known", [{}, {"float32": 1.0}, {"memory": 1.0, "launch": 1.0}])
def test_without_arithmetic_or_memory_there_is_no_roof(known):
    assert roofline.roof(FACTS, machine(**known)) is None
