"""From a matplotlib figure to an `<svg>` element that is readable at any width."""

import io
import itertools
from collections.abc import Callable

from matplotlib import rc_context
from matplotlib.figure import Figure

# Okabe and Ito's colours, which people with any colour vision can tell apart.
BLUE, VERMILION, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#E69F00", "#009E73", "#555555"
PURPLE = "#CC79A7"

# 5 inches are 360 points: on a phone a picture keeps its size and its letters.
WIDTH = 5.0

STYLE = {
    "font.size": 9,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",
}

_numbers = itertools.count()


def svg(draw: Callable[[Figure], None], height: float) -> str:
    """What `draw` puts on an empty figure, `height` inches high, as an `<svg>` element."""
    # The ids inside an SVG are global in a page: each picture hashes its own with another salt.
    with rc_context({**STYLE, "svg.hashsalt": f"logreg_jax {next(_numbers)}"}):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
    document = text.getvalue()
    return document[document.index("<svg") :]
