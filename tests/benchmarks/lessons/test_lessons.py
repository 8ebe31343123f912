"""The lessons print the tutorials' figures. Goldens, with their source, are in `tests/golden`."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import discover
from benchmarks.agreement import comparisons, verdict
from benchmarks.process import ROOT
from benchmarks.report import code, lessons, trace_table
from benchmarks.trace import GOLDEN, Tracer, printed

DATA = Path(os.environ["LOGREG_JAX_DATA"]).resolve() if "LOGREG_JAX_DATA" in os.environ else None
LESSONS = discover.lessons()

ALL = (
    "numpy_float64", "jax_step", "jax_scan", "tf_eager", "tf_xla", "torch_eager", "torch_compile",
)  # fmt: skip

NOT_COMPILED = tuple(name for name in ALL if name != "torch_compile")  # it takes a C++ compiler

# Fewer where a lesson is long, or has many moments that each compile anew.
MODES = dict.fromkeys(LESSONS, NOT_COMPILED) | {
    "two_gaussians": ALL,
    "birth_life_online": ("numpy_float64", "jax_step", "jax_scan", "tf_xla", "torch_eager"),
    "noisy_threshold": ("numpy_float64", "jax_scan", "tf_eager", "torch_eager"),
    "mnist_full_batch": ("jax_scan", "tf_xla", "torch_eager"),
    "mnist_adam": ("jax_scan", "tf_xla", "torch_compile"),
    "fashion_mnist_adam": ("jax_scan", "tf_xla"),
}


@pytest.fixture(scope="module")
def tracer():
    with Tracer(ALL, DATA) as tracer:
        yield tracer


@pytest.fixture(scope="module", params=LESSONS)
def trace(request, tracer):
    name = request.param
    reason = discover.load("datasets", discover.tasks()[name].dataset).missing(DATA)
    if reason:
        pytest.skip(reason)
    return tracer.trace(name, MODES[name])


def test_every_framework_gives_the_printed_figures(trace):
    assert trace.values
    wrong = [c for c in comparisons(trace) if not c.agrees]
    assert not wrong, verdict(trace)


def test_every_framework_ran(trace):
    absent = {n for n in ALL if discover.missing_imports("frameworks", n)}
    assert set(trace.missing) <= absent, trace.missing


def test_the_frameworks_agree_with_each_other(trace):
    assert [c.moment for c in comparisons(trace) if not c.alike] == []


def test_a_difference_is_found_where_it_begins(tracer):
    trace = tracer.trace("six_points", ("numpy_float64", "jax_scan"))
    assert "printed digits" in verdict(trace)
    trace.values["jax_scan"][0][3] += 0.01  # the loss at step 301
    assert verdict(trace) == (
        "differs: first from the printed figure at step 301, loss, by 1.0e-02"
    )
    trace = tracer.trace("linear_keras", ("numpy_float64", "jax_scan"))
    trace.values["jax_scan"][0][4] += 0.01  # no digits to meet, but each other's
    assert verdict(trace) == "differs: first from each other at epoch 5, epoch loss, by 1.0e-02"


def test_a_lesson_can_be_drawn(trace):
    kept = lessons.lesson(trace)
    assert [p["name"] for p in kept["pictures"]] == list(LESSONS[trace.task].pictures)
    assert all(p["svg"].startswith("<svg") and p["caption"] for p in kept["pictures"])
    assert 0 < len(kept["rows"]) <= (lessons.ROWS + 1) * len(trace.figures)
    # the end of every figure is on the page
    ends = [f"{f.unit} {f.at[-1]}" for f in trace.figures]
    assert all(any(row[0] == end for row in kept["rows"]) for end in ends)
    json.dumps(kept)


def test_a_trace_fits_the_terminal(trace, capsys):
    trace_table.show(trace)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 120
    assert all(name.split("_")[0] in text for name in trace.values)


def test_the_online_story_is_told(tracer):
    """Loss from about 1.06 to 0.53; under 10% right at first, over 90% at the end."""
    trace = tracer.trace("noisy_threshold", ("numpy_float64", "jax_scan"))
    for losses, accuracies in trace.values.values():
        assert losses[0] == pytest.approx(1.06, abs=0.05)
        assert losses[-1] == pytest.approx(0.53, abs=0.05)
        assert accuracies[0] < 0.1
        assert accuracies[-1] > 0.9


def test_keras_reports_the_mean_over_each_epoch(tracer):
    trace = tracer.trace("linear_keras", ("numpy_float64", "keras_fit"))
    if "keras_fit" in trace.missing:
        pytest.skip(trace.missing["keras_fit"])
    ours, keras = (values[0] for values in trace.values.values())
    assert keras == pytest.approx(ours, rel=1e-4)
    assert ours[-1] == pytest.approx(0.05, abs=0.02)


def test_the_shuffled_run_ends_like_the_printed_one(tracer):
    if discover.load("datasets", "birth_life").missing(DATA):
        pytest.skip("needs birth_life_2010.txt")
    trace = tracer.trace("birth_life_shuffled", ("numpy_float64",))
    last = trace.values["numpy_float64"][0][-20:]
    assert sum(last) / 20 == pytest.approx(31, abs=1)


@pytest.mark.parametrize("name", LESSONS)
def test_a_golden_says_where_it_is_from(name):
    golden = printed(name)
    assert "tutorial" in golden.source
    assert golden.start
    for figure in golden.figures:
        assert len(figure.at) == len(figure.printed)
        if figure.exact:
            assert figure.tolerance is not None
            assert figure.tolerance <= 1e-4 or "accuracy" in figure.quantity


def test_goldens_and_lessons_are_the_same_set():
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(LESSONS)
    assert len(LESSONS) == 14


def test_six_lessons_need_no_data():
    free = [
        n
        for n in LESSONS
        if not discover.load("datasets", discover.tasks()[n].dataset).missing(None)
    ]
    assert len([n for n in free if "mnist" not in n and n != "pima"]) == 6


@pytest.mark.parametrize(
    "excerpt", [*code.TRAINING, *code.PIPELINE, *code.CUSTOM_GRADIENT], ids=lambda e: e.title
)
def test_the_code_that_readers_see_is_the_code_that_runs(excerpt):
    lines = code.source(excerpt).splitlines()
    file = [line.strip() for line in (ROOT / excerpt.path).read_text().splitlines()]
    start = file.index(lines[0].strip())
    assert [line.strip() for line in lines] == file[start : start + len(lines)]
    assert 4 <= len(lines) <= 45


def test_code_that_is_gone_is_an_error():
    with pytest.raises(LookupError, match="no longer_there"):
        code.source(code.Excerpt("x", "benchmarks/trace.py", "longer_there"))


def test_a_lesson_without_step_losses_has_a_table_and_no_pictures(tracer):
    trace = tracer.trace("six_points", ("numpy_float64",))
    run = trace.runs["numpy_float64"]
    trace.runs["numpy_float64"] = replace(run, outcome=run.outcome._replace(losses=None))
    kept = lessons.lesson(trace)
    assert kept["pictures"] == []
    assert kept["rows"]
