"""Pictures of quantities over steps or epochs."""

from collections.abc import Sequence

from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, MaxNLocator

from benchmarks.lessons.goldens import GoldenSeries
from benchmarks.lessons.trained import TrainedImplementation
from benchmarks.report.svg import BLUE, VERMILION

MOST_MARKS = 20


def loss_curve(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """The loss over steps or epochs, and the tutorial's printed values on it."""
    axes = canvas.add_subplot()
    printed = next((s for s in series if s.quantity in ("loss", "epoch loss")), None)
    unit = printed.unit if printed else "step"
    losses = _epoch_losses(trained) if unit == "epoch" else _step_losses(trained)
    first = 1 if unit == "epoch" else 0
    axes.plot(range(first, first + len(losses)), losses, color=BLUE, label="measured")
    if marks := _printed_points(printed):
        axes.plot(*zip(*marks, strict=True), "o", color=VERMILION, fillstyle="none",
                  label="tutorial")  # fmt: skip
    if max(losses) > 20 * min(losses):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel=f"{unit}s done", ylabel="training loss")
    axes.grid(alpha=0.3, linewidth=0.5)
    axes.legend()


def parameter_curves(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """Loss, weight and bias after each step, with the tutorial's printed values."""
    panels = canvas.subplots(1, 3)
    for axes, quantity in zip(panels, ("loss", "weight", "bias"), strict=True):
        printed = next(s for s in series if s.quantity == quantity)
        axes.plot(printed.at, trained.values(printed), color=BLUE, label="measured")
        axes.plot(printed.at, printed.printed, "o", color=VERMILION, fillstyle="none", markersize=4,
                  label="tutorial")  # fmt: skip
        axes.set(title=quantity, xlabel="steps done")
    panels[0].legend()


def _epoch_losses(trained: TrainedImplementation) -> list[float]:
    return [loss for loss in trained.epoch_losses() if loss is not None]


def _step_losses(trained: TrainedImplementation) -> list[float]:
    losses = trained.outcome.losses
    return [] if losses is None else [float(loss) for loss in losses]


def _printed_points(printed: GoldenSeries | None) -> list[tuple[int, float]]:
    """Moments and their printed values, thinned out if there are many."""
    if printed is None:
        return []
    pairs = zip(printed.at, printed.printed, strict=True)
    known = [(at, value) for at, value in pairs if value is not None]
    return known[:: max(1, len(known) // MOST_MARKS)]
