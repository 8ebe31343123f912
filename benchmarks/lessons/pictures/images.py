"""Pictures of lessons on images: an image, a grid of images, and predictions of the trained model."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure as Canvas

from benchmarks.lessons.goldens import GoldenSeries
from benchmarks.lessons.trained import TrainedImplementation
from benchmarks.report.svg import BLUE, GREY, VERMILION

SIDE = 28
ROWS, COLUMNS = 5, 3


def first_image(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """The first training image with its scale of grey."""
    data, arrays = trained.case.dataset, trained.case.arrays
    axes = canvas.add_subplot()
    shown = axes.imshow(arrays.x[0].reshape(SIDE, SIDE), cmap="gray_r", vmin=0, vmax=1)
    axes.set_title(data.class_names[arrays.y[0]])
    axes.set(xlabel="pixel column", ylabel="pixel row")
    canvas.colorbar(shown, ax=axes, label="ink, 0 to 1")


def image_grid(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """The first 25 training images with their classes."""
    data, arrays = trained.case.dataset, trained.case.arrays
    for i, axes in enumerate(canvas.subplots(5, 5).flat):
        axes.imshow(arrays.x[i].reshape(SIDE, SIDE), cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(data.class_names[arrays.y[i]], fontsize=8, pad=2)
        axes.set_axis_off()


def image_predictions(
    canvas: Canvas, trained: TrainedImplementation, series: Sequence[GoldenSeries]
) -> None:
    """Fifteen test images; beside each the ten probabilities, blue where the model is right."""
    data = trained.case.dataset
    x, y = data.x_test[: ROWS * COLUMNS], data.y_test
    scores = x @ trained.outcome.weights.T + trained.outcome.bias
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exp / exp.sum(axis=1, keepdims=True)
    panels = canvas.subplots(ROWS, 2 * COLUMNS)
    for i, p in enumerate(probabilities):
        image, bars = panels[i // COLUMNS, 2 * (i % COLUMNS) : 2 * (i % COLUMNS) + 2]
        predicted, true = p.argmax(), y[i]
        colour = BLUE if predicted == true else VERMILION
        image.imshow(x[i].reshape(SIDE, SIDE), cmap="gray_r", vmin=0, vmax=1)
        image.set(xticks=[], yticks=[])
        name = data.class_names[predicted]
        text = name if predicted == true else f"{name}, is {data.class_names[true]}"
        image.set_title(f"{text} {p.max():.0%}", color=colour, fontsize=8, pad=3)
        shades = [GREY] * len(p)
        shades[true] = BLUE
        if predicted != true:
            shades[predicted] = VERMILION
        bars.bar(range(len(p)), p, color=shades)
        bars.set(ylim=(0, 1), yticks=[], xticks=(0, 3, 6, 9))
        bars.tick_params(axis="x", labelsize=8, length=2, pad=1)
