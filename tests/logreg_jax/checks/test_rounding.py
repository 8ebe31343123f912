"""float64 without 64-bit types: said once, refused where float32 tells no entries apart."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj

SECONDS = 1.7e9 + np.arange(60.0)
WARNING = (
    "got {} of dtype float64 while JAX's 64-bit types are off; expected float32. It is rounded."
)
SGD = lj.Optax(0.1, optax.sgd)


@pytest.fixture
def wide(make_batch):
    _, (x, y, _) = make_batch(lj.linear)
    return lj.Batch(x / np.float64(3), y / np.float64(3))


def fit(data):
    return lj.fit_full_batch(lj.linear, SGD, lj.init(data.x.shape[1]), data, 3)


def test_features_that_float32_represents_are_rounded_with_a_warning(wide, close):
    expected = fit(lj.Batch(*(a if a is None else a.astype("float32") for a in wide)))
    with pytest.warns(UserWarning, match=WARNING.format("x")):
        found = fit(wide)
    close(found.losses, expected.losses)
    with pytest.warns(UserWarning, match=WARNING.format("weights")):
        lj.score(lj.Params(np.ones((1, 5)), np.ones(1, "float32")), np.float32(wide.x))


def test_targets_and_weights_take_the_dtype_of_x_as_documented(wide):
    fit(wide._replace(x=wide.x.astype("float32"), weight=np.ones(60)))


def test_with_64_bit_types_nothing_is_rounded(wide):
    with jax.enable_x64(True):
        params = lj.init(5, dtype="float64")
        assert lj.fit_full_batch(lj.linear, SGD, params, wide, 3).losses.dtype == np.float64
        scores = lj.score(lj.init(1, dtype="float64"), SECONDS[:, None])
    assert scores.shape == (60, 1)


def test_an_ordinary_program_is_told_once():
    code = (
        "import numpy as np, logreg_jax as lj\n"
        "x = np.linspace(0, 1, 12).reshape(6, 2)\n"
        "for _ in range(3):\n"
        "    lj.score(lj.init(2), x)\n"
        "lj.predict(lj.linear, lj.init(2), x)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.count("got x of dtype float64") == 1


@pytest.mark.parametrize(
    "column",
    [
        SECONDS,
        -SECONDS,
        SECONDS * 1e-40,
        np.arange(60) * 1e-50,
        1 + np.arange(60) * 1e-9,
        SECONDS * 1e40,
    ],
    ids=["timestamps", "negative", "subnormal", "tiny", "close to one", "huge"],
)
def test_a_column_that_float32_does_not_tell_apart_is_refused(column):
    x = np.stack([np.linspace(0, 1, 60), column], axis=1)
    for call in (lambda: lj.score(lj.init(2), x), lambda: fit(lj.Batch(x, np.float32(x[:, 0])))):
        with pytest.raises(
            ValueError, match="in column 1 of x; expected numbers that float32 can tell"
        ):
            call()


@pytest.mark.parametrize(
    "column",
    [
        np.full(60, np.pi),
        np.arange(60.0) + 10_000,
        np.arange(60.0) + 2**23,
        np.linspace(0, 1e-30, 60),
        np.where(np.arange(60) % 2, 1.0, 1e-60),
        np.r_[np.zeros(59), 3e38],
        SECONDS - SECONDS.mean(),
    ],
    ids=["constant", "offset", "exact", "small", "mixed", "wide", "centred"],
)
def test_a_column_that_float32_represents_is_taken(column):
    with pytest.warns(UserWarning, match=WARNING.format("x")):
        assert lj.score(lj.init(1), column[:, None]).shape == (60, 1)


def test_targets_that_float32_does_not_tell_apart_are_refused():
    x = np.linspace(0, 1, 60, dtype="float32")[:, None]
    for y in (SECONDS, SECONDS.astype(int), jnp.asarray(SECONDS.astype("int32")), list(SECONDS)):
        for call in (fit, lambda data: lj.loss(lj.linear, lj.init(1), data)):
            with pytest.raises(
                ValueError, match="in y; expected numbers that float32 can tell apart"
            ):
                call(lj.Batch(x, y))
