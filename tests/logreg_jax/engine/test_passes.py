"""Passes over a narrower x, block by block, give what x in the wider dtype gives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from logreg_jax._engine import passes

FEATURES = 5
lengths = pytest.mark.parametrize("examples", [1, 7, 8, 16, 23])


@pytest.fixture(autouse=True)
def eight_rows(monkeypatch):
    """Blocks of eight rows, and 64-bit types."""
    monkeypatch.setattr(passes, "CONVERSION_BLOCK_BYTES", 8 * FEATURES * 8)
    with jax.enable_x64(True):
        yield


def arrays(examples):
    rng = np.random.default_rng(examples)
    x = jnp.asarray(rng.standard_normal((examples, FEATURES)), jnp.float32)
    return x, jnp.asarray(rng.standard_normal((2, FEATURES))), jnp.asarray(rng.random(examples))


@lengths
def test_products(examples, close):
    x, weights, _ = arrays(examples)
    close(passes.matmul_x(weights, x), np.asarray(weights) @ np.asarray(x, "float64").T)


@lengths
def test_sums(examples, close):
    x, _, weight = arrays(examples)
    gram = lambda x, weight: (x * weight[:, None]).T @ x
    got = passes.sum_over_examples(gram, jnp.float64, x, weight)
    close(got, gram(np.asarray(x, "float64"), np.asarray(weight)))


def test_others_are_cut_along_their_last_axis(close):
    x, _, weight = arrays(23)
    rows = jnp.stack([weight, weight**2])
    got = passes.sum_over_examples(lambda x, rows: rows @ x, jnp.float64, x, rows)
    close(got, np.asarray(rows) @ np.asarray(x, "float64"))


def test_equal_dtypes_are_not_cut():
    x, weights, _ = arrays(23)
    assert "while" not in jax.jit(passes.matmul_x).lower(weights, x.astype("float64")).as_text()
    assert "while" in jax.jit(passes.matmul_x).lower(weights, x).as_text()
