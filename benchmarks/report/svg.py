"""Charts and pictures as `<svg>` elements that are readable at any width."""

import io
import itertools
from collections.abc import Callable

from matplotlib import rc_context
from matplotlib.figure import Figure as Canvas

# Okabe and Ito's colours, which people with any colour vision can distinguish.
BLUE, VERMILION, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#E69F00", "#009E73", "#555555"
PURPLE = "#CC79A7"

# in inches; 360 points, so that text keeps its size on a phone
WIDTH = 5.0

_numbers = itertools.count()


def svg(draw: Callable[[Canvas], None], height: float) -> str:
    """The drawing that `draw` makes, as an `<svg>` element.

    Args:
        draw: draws on the empty canvas that it gets.
        height: height of the canvas in inches.
    """
    # The ids inside an SVG are global in a page: another salt for each picture keeps them apart.
    style = rc_context(
        {
            "font.size": 9,
            "font.family": "sans-serif",
            "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
            "axes.spines.top": False,
            "axes.spines.right": False,
            "svg.fonttype": "none",
            "svg.hashsalt": f"logreg_jax {next(_numbers)}",
        }
    )
    with style:
        canvas = Canvas(figsize=(WIDTH, height), layout="constrained")
        draw(canvas)
        text = io.StringIO()
        canvas.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
    document = text.getvalue()
    return document[document.index("<svg") :]
