"""Settings that hold in the tests only: strict types, strict ranks, two devices on any machine."""

import os
import shutil
import tempfile

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import install_import_hook

with install_import_hook("logreg_jax", "beartype.beartype"):
    import logreg_jax

jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_num_cpu_devices", 2)

# Compiling takes most of the time of the tests, much of it for LLVM's optimisations and for XLA's newer way
# of writing out fused loops. The tests of what is fused pass with and without it. `.ci/run` sets the
# variable to 0 for what depends on rounding and fusing, and so tests the code that users get. XLA ends a
# process at a flag it does not know, and the one for fused loops is gone in JAX 0.12.
if "JAX_DISABLE_MOST_OPTIMIZATIONS" not in os.environ:
    jax.config.update("jax_disable_most_optimizations", True)
    if jax.__version_info__ < (0, 11):
        known = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = f"{known} --xla_cpu_use_fusion_emitters=false".strip()

# All workers of a run share one compilation cache, new for each run unless this variable names a folder.
CACHE_VARIABLE = "LOGREG_JAX_TEST_CACHE"

# Differences that rounding alone may make, relative and absolute, by dtype.
TOLERANCE = {np.dtype("float32"): (2e-5, 2e-6), np.dtype("float64"): (1e-12, 1e-13)}


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors here, but never in a benchmark, where one would cost the results."""
    if not config.getoption("--benchmark-only", default=False):
        config.addinivalue_line("filterwarnings", "error")
        _share_compilations(config)


def _share_compilations(config: pytest.Config) -> None:
    if CACHE_VARIABLE not in os.environ:
        os.environ[CACHE_VARIABLE] = tempfile.mkdtemp(prefix="logreg_jax_tests_")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(CACHE_VARIABLE)))
    jax.config.update("jax_compilation_cache_dir", os.environ[CACHE_VARIABLE])
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


@pytest.fixture(scope="module", autouse=True)
def release_programs():
    """Drop the compiled programs of a file at its end.

    Each holds several memory maps; the thousands of a whole run reach Linux's limit for one process
    (65,530), and LLVM then ends it with a segmentation fault.
    """
    yield
    jax.clear_caches()


@pytest.fixture(params=["float32", "float64"])
def dtype(request):
    """Both precisions; JAX's 64-bit types are on for the second one only."""
    with jax.enable_x64(request.param == "float64"):
        yield jnp.dtype(request.param)


@pytest.fixture
def close():
    """`close(got, expected)`: equal up to the rounding of `got`'s dtype."""

    def check(got, expected, *, scale: float = 1.0):
        rtol, atol = TOLERANCE[np.asarray(got).dtype]
        np.testing.assert_allclose(got, expected, rtol=scale * rtol, atol=scale * atol)

    return check


@pytest.fixture
def make_batch():
    """`make_batch(model, n, d, outputs, dtype)`: seeded examples of a model, and random parameters."""

    def make(model, n=60, d=5, outputs=3, dtype="float32", weighted=False, seed=0):
        rng = np.random.default_rng(seed)
        outputs = outputs if model.target == "multiclass" else 1
        x = rng.standard_normal((n, d)).astype(dtype)
        y = {
            "continuous": lambda: rng.standard_normal(n).astype(dtype),
            "binary": lambda: rng.integers(0, 2, n).astype("int32"),
            "multiclass": lambda: rng.integers(0, outputs, n).astype("int32"),
        }[model.target]()
        weight = rng.uniform(0, 2, n).astype(dtype) if weighted else None
        params = logreg_jax.Params(
            jnp.asarray(rng.standard_normal((outputs, d)), dtype),
            jnp.asarray(rng.standard_normal(outputs), dtype),
        )
        return params, logreg_jax.Batch(x, y, weight)

    return make
