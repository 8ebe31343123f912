"""Pictures of lessons, one function for each.

A function draws on an empty canvas, from the result of an implementation and the series that the tutorial
printed. The first line of its docstring is the caption on the page. A lesson names its pictures by these
functions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure as Canvas

from benchmarks.lessons.goldens import GoldenSeries
from benchmarks.lessons.pictures import curves, fits, images
from benchmarks.lessons.trained import TrainedImplementation

Draw = Callable[[Canvas, TrainedImplementation, Sequence[GoldenSeries]], None]


@dataclass(frozen=True)
class Picture:
    """A function that draws, and the height of its canvas in inches."""

    draw: Draw
    height: float = 3.0

    @property
    def name(self) -> str:
        """Name by which lessons refer to it."""
        return self.draw.__name__

    @property
    def caption(self) -> str:
        """Sentence below the picture."""
        return (self.draw.__doc__ or "").splitlines()[0]


_EVERY = (
    Picture(curves.loss_curve),
    Picture(curves.parameter_curves, height=2.2),
    Picture(fits.scatter_by_label),
    Picture(fits.before_and_after, height=2.9),
    Picture(fits.fitted_probability),
    Picture(fits.decision_curve),
    Picture(fits.fitted_line),
    Picture(fits.decision_boundary),
    Picture(images.first_image, height=3.4),
    Picture(images.image_grid, height=5.0),
    Picture(images.image_predictions, height=5.5),
)

PICTURES = {picture.name: picture for picture in _EVERY}
"""All pictures, by name."""
