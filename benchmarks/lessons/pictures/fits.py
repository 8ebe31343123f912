"""Pictures of data with one or two features, and of the model fitted to them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from benchmarks.contract import Outcome
from benchmarks.lessons.goldens import GoldenSeries
from benchmarks.lessons.trained import TrainedImplementation
from benchmarks.report.svg import BLUE, GREEN, GREY, VERMILION

CLASS_STYLES = ((VERMILION, "o"), (BLUE, "^"))  # distinguishable by shape, too


def scatter_by_label(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """The training points on a line, one row per label."""
    data, arrays = trained.case.dataset, trained.case.arrays
    axes = canvas.add_subplot()
    _points(axes, trained, arrays.y)
    axes.set(xlabel=data.feature_name, ylabel="label", yticks=[0, 1])
    axes.legend(loc="center right")


def before_and_after(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """Probabilities and thresholded labels on the test grid, at the start and at the end."""
    data = trained.case.dataset
    grid = data.x_test[:, 0]
    both = canvas.subplots(1, 2, sharey=True)
    for axes, outcome, title in zip(
        both, (trained.start, trained.outcome), ("before", "after"), strict=True
    ):
        p = _probability(outcome, grid)
        axes.plot(grid, p, color=BLUE, label="probability")
        axes.plot(grid, p > 0.5, ".", color=VERMILION, markersize=3, label="label")
        axes.set(title=f"{title} training", xlabel=data.feature_name)
    both[0].set_ylabel("prediction")
    canvas.legend(*both[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)


def fitted_probability(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """The training points, the fitted probability, and where it is one half."""
    data, arrays = trained.case.dataset, trained.case.arrays
    axes = canvas.add_subplot()
    x = arrays.x[:, 0]
    _points(axes, trained, arrays.y)
    grid = np.linspace(x.min(), x.max(), 300)
    axes.plot(grid, _probability(trained.outcome, grid), color=GREEN, label="probability of 1")
    boundary = -trained.outcome.bias[0] / trained.outcome.weights[0, 0]
    axes.axvline(boundary, color=GREY, linestyle=":", label=f"one half at {boundary:.2f}")
    axes.set(xlabel=data.feature_name, ylabel="label, probability")
    axes.legend(loc="center right")


def decision_curve(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """The fitted curve on a grid from -4 to 8; the training points by predicted class."""
    data, arrays = trained.case.dataset, trained.case.arrays
    axes = canvas.add_subplot()
    grid = np.linspace(-4, 8, 121)
    axes.plot(grid, _probability(trained.outcome, grid), color=GREEN, label="probability of 1")
    predicted = _probability(trained.outcome, arrays.x[:, 0]) > 0.5
    _points(axes, trained, predicted.astype(int), "predicted")
    axes.set(xlabel=data.feature_name, ylabel="label, probability")
    axes.legend(loc="center right")


def fitted_line(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """The training points with the fitted line, and the true one where there is one."""
    data, arrays = trained.case.dataset, trained.case.arrays
    axes = canvas.add_subplot()
    x, y = arrays.x[:, 0], arrays.y
    ends = np.array([x.min(), x.max()])
    axes.plot(x, y, "o", color=GREY, markersize=3, alpha=0.6, label="data")
    slope, intercept = trained.outcome.weights[0, 0], trained.outcome.bias[0]
    label = f"fitted: {slope:.3g} x {intercept:+.3g}"
    axes.plot(ends, slope * ends + intercept, color=BLUE, label=label)
    if trained.case.task.dataset == "noisy_line":
        axes.plot(ends, ends + 2, "--", color=VERMILION, label="true: 1 x + 2")
    axes.set(xlabel=data.feature_name, ylabel=data.target_name)
    axes.legend()


def decision_boundary(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """Points in the plane, the point to test on, and the line where the probability is one half."""
    data, arrays = trained.case.dataset, trained.case.arrays
    axes = canvas.add_subplot()
    x, y = arrays.x, arrays.y
    for label, (colour, marker) in enumerate(CLASS_STYLES):
        axes.plot(*x[y == label].T, marker, color=colour, markersize=8, label=f"class {label}")
    tested, p = data.x_test[0], _probability(trained.outcome, data.x_test)[0]
    axes.plot(*tested, "*", color=GREEN, markersize=12, label=f"to test: p = {p:.2f}")
    (w1, w2), bias = trained.outcome.weights[0], trained.outcome.bias[0]
    ends = np.array([x[:, 0].min() - 0.5, x[:, 0].max() + 0.5])
    axes.plot(ends, -(w1 * ends + bias) / w2, color=GREY, label="p = 0.5")
    axes.set(xlabel="first feature", ylabel="second feature", ylim=(0, 5))
    axes.legend(loc="upper left", ncols=2)


def _points(
    axes: Axes, trained: TrainedImplementation, labels: np.ndarray, kind: str = "label"
) -> None:
    arrays = trained.case.arrays
    x = arrays.x[:, 0]
    for label, (colour, marker) in enumerate(CLASS_STYLES):
        chosen = x[labels == label]
        heights = arrays.y[labels == label]
        axes.plot(
            chosen, heights, marker, color=colour, alpha=0.4, markersize=4, label=f"{kind} {label}"
        )


def _probability(outcome: Outcome, x: np.ndarray) -> np.ndarray:
    x = x.reshape(len(x), -1)
    probability: np.ndarray = 1 / (1 + np.exp(-(x @ outcome.weights[0] + outcome.bias[0])))
    return probability
