"""XLA hands the plain reductions to another library, and the rewritten ones it fuses.

That is a property of the installed jaxlib: these tests notice when it changes.
"""

import re

import jax
import jax.numpy as jnp
import pytest

from logreg_jax._xla import halving, unrecognized

PLAIN = {"max": lambda rows: jnp.max(rows, axis=0), "sum": lambda rows: jnp.sum(rows, axis=0)}
REWRITTEN = {
    "unrecognized_max": (unrecognized.unrecognized_max, "max"),
    "unrecognized_sum": (unrecognized.unrecognized_sum, "sum"),
    "max_by_halves": (halving.max_by_halves, "max"),
    "sum_by_halves": (halving.sum_by_halves, "sum"),
}


def is_left_to_another_library(function):
    """Whether the compiled program calls YNNPACK, or any other library, for a reduction over ten rows."""
    text = jax.jit(function).lower(jnp.zeros((10, 1_500))).compile().as_text()
    assert "fusion(" in text or "reduce(" in text or "custom-call(" in text
    return bool(re.search(r"__\w*nn\w*_fusion|custom-call\(", text))


@pytest.mark.parametrize("name", REWRITTEN)
def test_a_rewritten_reduction_stays_with_xla(name):
    function, plain = REWRITTEN[name]
    if not is_left_to_another_library(PLAIN[plain]):
        pytest.skip(f"XLA keeps the plain {plain} as well: measure {name} again, it may be retired")
    assert not is_left_to_another_library(function)
