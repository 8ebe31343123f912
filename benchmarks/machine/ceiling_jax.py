"""Ceilings of XLA on the device that JAX uses: matrix products, a large sum, the smallest program."""

from collections.abc import Callable, Iterator
from functools import partial

import jax
import jax.numpy as jnp

from benchmarks.machine.ceiling import ACCELERATOR_MIB, ACCELERATOR_SIZES, CPU_SIZES

ON_CPU = jax.default_backend() == "cpu"


def about() -> dict[str, str | int]:
    return {"device": jax.devices()[0].device_kind}


def calls(mib: int) -> Iterator[tuple[str, float, Callable[[], object]]]:
    """Matrix products, sums and launches; see `ceiling.py`."""
    for size in CPU_SIZES if ON_CPU else ACCELERATOR_SIZES:
        a = jnp.ones((size, size))
        yield "float32", 2 * size**3, _call(partial(jnp.dot, precision="highest"), a, a)
        if jax.default_backend() == "gpu":
            yield "tf32", 2 * size**3, _call(partial(jnp.dot, precision="tensorfloat32"), a, a)
    x = jnp.ones(max(mib, 0 if ON_CPU else ACCELERATOR_MIB) * 2**18)
    yield "memory", x.nbytes, _call(jnp.sum, x)
    yield "launch", 1, _call(lambda number: number + 1, jnp.ones(()))


def _call(function: Callable[..., jax.Array], *arguments: jax.Array) -> Callable[[], object]:
    compiled = jax.jit(function)
    return lambda: compiled(*arguments).block_until_ready()
