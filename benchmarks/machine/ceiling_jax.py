"""How fast XLA gets on the device that JAX uses: a large product, a large sum, the smallest program."""

from collections.abc import Callable, Iterator
from functools import partial

import jax
import jax.numpy as jnp

ON_CPU = jax.default_backend() == "cpu"
# Small products find a quiet moment on a busy CPU; an accelerator needs a large one to be at full speed.
SIZES = (512, 1024, 2048) if ON_CPU else (8192,)
LEAST_MIB = 0 if ON_CPU else 1024


def about() -> dict[str, str | int]:
    return {"device": jax.devices()[0].device_kind}


def calls(mib: int) -> Iterator[tuple[str, float, Callable[[], object]]]:
    """Products, sums and launches; see `ceiling.py`."""
    for size in SIZES:
        a = jnp.ones((size, size))
        yield "float32", 2 * size**3, _call(partial(jnp.dot, precision="highest"), a, a)
        if jax.default_backend() == "gpu":
            yield "tf32", 2 * size**3, _call(partial(jnp.dot, precision="tensorfloat32"), a, a)
    x = jnp.ones(max(mib, LEAST_MIB) * 2**18)
    yield "memory", x.nbytes, _call(jnp.sum, x)
    yield "launch", 1, _call(lambda number: number + 1, jnp.ones(()))


def _call(function: Callable[..., jax.Array], *arguments: jax.Array) -> Callable[[], object]:
    compiled = jax.jit(function)
    return lambda: compiled(*arguments).block_until_ready()
