"""Every framework reproduces the printed figures of every lesson."""

from functools import cache

import pytest

from benchmarks import registry
from benchmarks.lessons import saved, table
from benchmarks.lessons.agreement import comparisons, verdict
from benchmarks.lessons.tracing import LessonSkipped

LESSONS = registry.lessons()

# One implementation of each framework: the quickest to trace.
EVERY_FRAMEWORK = dict.fromkeys(LESSONS, ("numpy_float64", "jax_scan", "tf_xla", "torch_eager")) | {
    # compiled runs are compiled again for each of its twenty moments
    "linear_tape": ("numpy_float64", "jax_step", "tf_eager", "torch_eager"),
    # half a minute and more in NumPy
    **{name: ("jax_scan", "tf_xla", "torch_eager") for name in LESSONS if "mnist" in name},
}

# What else runs a lesson; that all take the same steps is shown by the contract of trainings.
OTHER_MODES = {
    "two_gaussians": ("jax_step", "tf_eager"),
    "linear_tape": ("jax_scan", "tf_xla"),
    "birth_life_online": ("jax_step",),
}

# Lessons on images, and of the others the two slowest.
LONG = {"linear_tape", "noisy_threshold", *(name for name in LESSONS if "mnist" in name)}
EACH_LESSON = [
    pytest.param(name, marks=[pytest.mark.long] if name in LONG else []) for name in LESSONS
]


@pytest.fixture(scope="module")
def trace(tracer, data):
    """`trace(name, implementations)`: a traced lesson, once for all tests of this file."""

    @cache
    def traced(name, implementations):
        dataset = LESSONS[name].task.dataset
        missing = registry.missing_imports("datasets", dataset)
        if missing := missing or registry.load("datasets", dataset).missing(data):
            return missing  # a test downloads nothing
        try:
            return tracer.trace(name, implementations)
        except LessonSkipped as reason:
            return str(reason)

    def or_skip(name, implementations=None):
        found = traced(name, implementations or EVERY_FRAMEWORK[name])
        if isinstance(found, str):
            pytest.skip(found)
        return found

    return or_skip


def check(traced, implementations):
    absent = {n for n in implementations if registry.missing_imports("frameworks", n)}
    assert set(traced.missing) <= absent, traced.missing
    assert traced.values
    wrong = [c.moment for c in comparisons(traced) if not c.agrees]
    assert not wrong, verdict(traced)


@pytest.mark.parametrize("name", EACH_LESSON)
def test_every_framework_reproduces_the_printed_figures(name, trace):
    check(trace(name), EVERY_FRAMEWORK[name])


@pytest.mark.long
@pytest.mark.parametrize("name", OTHER_MODES)
def test_every_other_mode_reproduces_the_printed_figures(name, trace):
    implementations = ("torch_eager", *OTHER_MODES[name])  # one more, to be compared with
    check(trace(name, implementations), implementations)


@pytest.mark.parametrize("name", EACH_LESSON)
def test_a_lesson_can_be_drawn(name, trace):
    traced = trace(name)
    kept = saved.lesson(traced)
    assert [p["name"] for p in kept["pictures"]] == list(traced.lesson.pictures)
    assert all(p["svg"].startswith("<svg") and p["caption"] for p in kept["pictures"])


@pytest.mark.parametrize("name", EACH_LESSON)
def test_a_lesson_fits_the_terminal(name, trace, capsys):
    table.show_lesson(trace(name))
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 120
    assert "…" not in text


@pytest.mark.long
def test_accuracy_jumps_while_the_loss_falls(trace):
    """Loss from about 1.06 to 0.53; under 10% right at first, over 90% at the end."""
    for losses, accuracies in trace("noisy_threshold").values.values():
        assert losses[0] == pytest.approx(1.06, abs=0.05)
        assert losses[-1] == pytest.approx(0.53, abs=0.05)
        assert accuracies[0] < 0.1
        assert accuracies[-1] > 0.9


@pytest.mark.long
def test_keras_reports_the_mean_over_each_epoch(trace):
    traced = trace("linear_keras", ("numpy_float64", "keras_fit"))
    if "keras_fit" in traced.missing:
        pytest.skip(traced.missing["keras_fit"])
    numpy, keras = (values[0] for values in traced.values.values())
    assert keras == pytest.approx(numpy, rel=1e-4)
    assert numpy[-1] == pytest.approx(0.05, abs=0.02)


def test_the_shuffled_run_ends_like_the_printed_one(trace):
    last = trace("birth_life_shuffled").values["numpy_float64"][0][-20:]
    assert sum(last) / 20 == pytest.approx(31, abs=1)
