"""Pictures of lessons on images: an image, a grid of them, and what the trained model makes of some."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from benchmarks.figures import Figure, Run
from benchmarks.report.svg import BLUE, GREY, VERMILION

SIDE = 28
ROWS, COLUMNS = 5, 3


def first_image(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """The first training image with its scale of grey."""
    axes = canvas.add_subplot()
    shown = axes.imshow(run.problem.x[0].reshape(SIDE, SIDE), cmap="gray_r", vmin=0, vmax=1)
    axes.set_title(run.dataset.classes[run.problem.y[0]])
    axes.set(xlabel="pixel column", ylabel="pixel row")
    canvas.colorbar(shown, ax=axes, label="ink, 0 to 1")


def image_grid(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """The first 25 training images with their classes."""
    for i, axes in enumerate(canvas.subplots(5, 5).flat):
        axes.imshow(run.problem.x[i].reshape(SIDE, SIDE), cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(run.dataset.classes[run.problem.y[i]], fontsize=8, pad=2)
        axes.set_axis_off()


def image_predictions(canvas: Canvas, run: Run, figures: list[Figure]) -> None:
    """Fifteen test images; beside each the ten probabilities, blue where the model is right."""
    x, y = run.dataset.x_test[: ROWS * COLUMNS], run.dataset.y_test
    scores = x @ run.outcome.weights.T + run.outcome.bias
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exp / exp.sum(axis=1, keepdims=True)
    panels = canvas.subplots(ROWS, 2 * COLUMNS)
    for i, p in enumerate(probabilities):
        image, bars = panels[i // COLUMNS, 2 * (i % COLUMNS) : 2 * (i % COLUMNS) + 2]
        predicted, true = p.argmax(), y[i]
        colour = BLUE if predicted == true else VERMILION
        image.imshow(x[i].reshape(SIDE, SIDE), cmap="gray_r", vmin=0, vmax=1)
        image.set(xticks=[], yticks=[])
        name = run.dataset.classes[predicted]
        said = name if predicted == true else f"{name}, is {run.dataset.classes[true]}"
        image.set_title(f"{said} {p.max():.0%}", color=colour, fontsize=8, pad=3)
        shades = [GREY] * len(p)
        shades[true] = BLUE
        if predicted != true:
            shades[predicted] = VERMILION
        bars.bar(range(len(p)), p, color=shades)
        bars.set(ylim=(0, 1), yticks=[], xticks=(0, 3, 6, 9))
        bars.tick_params(axis="x", labelsize=8, length=2, pad=1)
