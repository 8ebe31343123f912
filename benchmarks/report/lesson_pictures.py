"""Pictures of lessons with one or two features: data, fitted curves, losses, parameters.

Each function draws on an empty figure what a `Run` measured; `figures` are what the tutorial printed.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, MaxNLocator

from benchmarks.figures import Figure, Run
from benchmarks.report.svg import BLUE, GREEN, GREY, VERMILION
from benchmarks.spec import Outcome

CLASS_STYLES = ((VERMILION, "o"), (BLUE, "^"))  # told apart by shape as well


def scatter_by_label(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """The training points on a line, one row per label."""
    axes = canvas.add_subplot()
    _points(axes, run, run.problem.y)
    axes.set(xlabel=run.dataset.feature, ylabel="label", yticks=[0, 1])
    axes.legend(loc="center right")


def loss_curve(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """The loss over steps or epochs, and the tutorial's printed values on it."""
    axes = canvas.add_subplot()
    printed = next((f for f in figures if f.quantity in ("loss", "epoch loss")), None)
    unit = printed.unit if printed else "step"
    losses = run.outcome.losses
    if unit == "epoch":
        means = run.values(
            Figure("epoch loss", "epoch", tuple(range(1, run.task.epochs + 1)), (), None, False)
        )
        axes.plot(range(1, len(means) + 1), means, color=BLUE, label="measured")
    else:
        axes.plot(range(len(losses)), losses, color=BLUE, label="measured")
        means = losses
    known = [
        (at, value)
        for at, value in zip(printed.at, printed.printed, strict=True)
        if value is not None
    ]
    if known:
        every = max(1, len(known) // 20)
        axes.plot(
            *zip(*known[::every], strict=True),
            "o",
            color=VERMILION,
            fillstyle="none",
            label="tutorial",
        )
    if max(means) > 20 * min(means):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel=f"{unit}s done", ylabel="training loss")
    axes.grid(alpha=0.3, linewidth=0.5)
    axes.legend()


def before_and_after(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """Probabilities and thresholded labels on the test grid, at the start and at the end."""
    start = Outcome(run.problem.weights, run.problem.bias, None)
    grid = run.dataset.x_test[:, 0]
    both = canvas.subplots(1, 2, sharey=True)
    for axes, outcome, title in zip(both, (start, run.outcome), ("before", "after"), strict=True):
        p = _probability(outcome, grid)
        axes.plot(grid, p, color=BLUE, label="probability")
        axes.plot(grid, p > 0.5, ".", color=VERMILION, markersize=3, label="label")
        axes.set(title=f"{title} training", xlabel=run.dataset.feature)
    both[0].set_ylabel("prediction")
    canvas.legend(*both[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)


def fitted_probability(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """The training points, the fitted probability, and where it is one half."""
    axes = canvas.add_subplot()
    x = run.problem.x[:, 0]
    _points(axes, run, run.problem.y)
    grid = np.linspace(x.min(), x.max(), 300)
    axes.plot(grid, _probability(run.outcome, grid), color=GREEN, label="probability of 1")
    boundary = -run.outcome.bias[0] / run.outcome.weights[0, 0]
    axes.axvline(boundary, color=GREY, linestyle=":", label=f"one half at {boundary:.2f}")
    axes.set(xlabel=run.dataset.feature, ylabel="label, probability")
    axes.legend(loc="center right")


def decision_curve(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """The fitted curve on a grid from -4 to 8; the training points by predicted class."""
    axes = canvas.add_subplot()
    grid = np.linspace(-4, 8, 121)
    axes.plot(grid, _probability(run.outcome, grid), color=GREEN, label="probability of 1")
    predicted = _probability(run.outcome, run.problem.x[:, 0]) > 0.5
    _points(axes, run, predicted.astype(int), "predicted")
    axes.set(xlabel=run.dataset.feature, ylabel="label, probability")
    axes.legend(loc="center right")


def fitted_line(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """The training points with the fitted line, and the true one where there is one."""
    axes = canvas.add_subplot()
    x, y = run.problem.x[:, 0], run.problem.y
    ends = np.array([x.min(), x.max()])
    axes.plot(x, y, "o", color=GREY, markersize=3, alpha=0.6, label="data")
    slope, intercept = run.outcome.weights[0, 0], run.outcome.bias[0]
    label = f"fitted: {slope:.3g} x {intercept:+.3g}"
    axes.plot(ends, slope * ends + intercept, color=BLUE, label=label)
    if run.task.dataset == "noisy_line":
        axes.plot(ends, ends + 2, "--", color=VERMILION, label="true: 1 x + 2")
    axes.set(xlabel=run.dataset.feature, ylabel=run.dataset.target)
    axes.legend()


def parameter_curves(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """Loss, weight and bias after each step, with the tutorial's printed values."""
    panels = canvas.subplots(1, 3)
    for axes, quantity in zip(panels, ("loss", "weight", "bias"), strict=True):
        figure = next(f for f in figures if f.quantity == quantity)
        axes.plot(figure.at, run.values(figure), color=BLUE, label="measured")
        axes.plot(figure.at, figure.printed, "o", color=VERMILION, fillstyle="none", markersize=4,
                  label="tutorial")  # fmt: skip
        axes.set(title=quantity, xlabel="steps done")
    panels[0].legend()


def decision_boundary(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """Points in the plane, the point to test on, and the line where the probability is one half."""
    axes = canvas.add_subplot()
    x, y = run.problem.x, run.problem.y
    for label, (colour, marker) in enumerate(CLASS_STYLES):
        axes.plot(*x[y == label].T, marker, color=colour, markersize=8, label=f"class {label}")
    tested, p = run.dataset.x_test[0], _probability(run.outcome, run.dataset.x_test)[0]
    axes.plot(*tested, "*", color=GREEN, markersize=12, label=f"to test: p = {p:.2f}")
    (w1, w2), bias = run.outcome.weights[0], run.outcome.bias[0]
    ends = np.array([x[:, 0].min() - 0.5, x[:, 0].max() + 0.5])
    axes.plot(ends, -(w1 * ends + bias) / w2, color=GREY, label="p = 0.5")
    axes.set(xlabel="first feature", ylabel="second feature", ylim=(0, 5))
    axes.legend(loc="upper left", ncols=2)


def _points(axes: Axes, run: Run, labels: np.ndarray, kind: str = "label") -> None:
    x = run.problem.x[:, 0]
    for label, (colour, marker) in enumerate(CLASS_STYLES):
        chosen = x[labels == label]
        heights = run.problem.y[labels == label]
        axes.plot(
            chosen, heights, marker, color=colour, alpha=0.4, markersize=4, label=f"{kind} {label}"
        )


def _probability(outcome: Outcome, x: np.ndarray) -> np.ndarray:
    x = x.reshape(len(x), -1)
    return 1 / (1 + np.exp(-(x @ outcome.weights[0] + outcome.bias[0])))
