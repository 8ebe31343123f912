"""Ceilings of PyTorch on the device that it uses: matrix products, a large sum."""

from collections.abc import Callable, Iterator
from functools import partial

import torch

from benchmarks.machine.ceiling import ACCELERATOR_MIB, ACCELERATOR_SIZES, CPU_SIZES

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
ON_CPU = DEVICE.type == "cpu"


def about() -> dict[str, str | int]:
    if ON_CPU:
        return {"device": "cpu"}
    cache = torch.cuda.get_device_properties(DEVICE).L2_cache_size
    return {"device": torch.cuda.get_device_name(), "cache": cache}


def calls(mib: int) -> Iterator[tuple[str, float, Callable[[], object]]]:
    """Matrix products and sums; see `ceiling.py`."""
    for size in CPU_SIZES if ON_CPU else ACCELERATOR_SIZES:
        a = torch.ones(size, size, device=DEVICE)
        multiply = _call(partial(torch.mm, a, a, out=torch.empty_like(a)))
        yield "float32", 2 * size**3, multiply
        if not ON_CPU:
            torch.set_float32_matmul_precision("high")
            yield "tf32", 2 * size**3, multiply
            torch.set_float32_matmul_precision("highest")
    x = torch.ones(max(mib, 0 if ON_CPU else ACCELERATOR_MIB) * 2**18, device=DEVICE)
    yield "memory", x.nbytes, _call(x.sum)


def _call(function: Callable[[], object]) -> Callable[[], object]:
    def synchronised() -> None:
        function()
        if not ON_CPU:
            torch.cuda.synchronize()

    return synchronised
