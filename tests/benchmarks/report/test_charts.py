"""Charts show their labels, values and colours."""

from dataclasses import replace

import pytest

from benchmarks.contract import Curve, Curves
from benchmarks.report.charts import chart_svg
from benchmarks.report.svg import BLUE, GREEN, GREY, VERMILION
from tests.benchmarks.report.toys import BARS, CURVES

LOSS = Curves(
    caption="The loss all of them go through.",
    xlabel="time of training, warm",
    ylabel="training loss",
    curves=[Curve("jax_scan", "jax", [0.1, 0.2], [2.0, 0.2])],
    log_y=True,
)


def colours(svg: str) -> set[str]:
    return {c for c in (BLUE, VERMILION, GREEN, GREY) if c.lower() in svg}


def test_bars_have_names_values_and_the_colours_of_their_libraries():
    drawn = chart_svg(BARS)
    for text in ("jax_scan", "torch_compile", "952 k", "322 k", "examples per second"):
        assert text in drawn
    assert colours(drawn) == {BLUE, VERMILION}


def test_curves_have_names_and_seconds():
    drawn = chart_svg(CURVES)
    for text in ("jax_solve", "sklearn_saga", "certified relative gap", "ms"):
        assert text in drawn
    assert colours(drawn) == {BLUE, GREEN, GREY}


def test_without_a_threshold_there_is_no_line():
    assert GREY not in colours(chart_svg(replace(CURVES, threshold=None)))


def test_a_logarithmic_axis_that_spans_little_has_labels_between_powers_of_ten():
    drawn = chart_svg(LOSS)
    assert all(f">{label}<" in drawn for label in ("0.2", "0.5", "1", "2"))


def test_curves_of_one_library_differ_in_dash_and_marker():
    both = [Curve(name, "jax", [0.1, 0.2], [2.0, 0.2]) for name in ("jax_scan", "jax_step")]
    assert "stroke-dasharray" not in chart_svg(LOSS)
    assert "stroke-dasharray" in chart_svg(replace(LOSS, curves=both))


@pytest.mark.parametrize("chart", [BARS, CURVES, LOSS], ids=["bars", "gap", "loss"])
def test_a_chart_is_one_svg_element(chart):
    drawn = chart_svg(chart)
    assert drawn.startswith("<svg")
    assert drawn.rstrip().endswith("</svg>")
    assert drawn.count("<svg") == 1
