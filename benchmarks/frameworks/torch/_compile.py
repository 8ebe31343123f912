"""Compiled steps that take no argument: replayed as a CUDA graph on a GPU, with no work left for Python."""

import shutil
from collections.abc import Callable

import torch

from benchmarks.frameworks.torch._device import DEVICE

# Each task compiles the same function anew, for its own arrays; the usual limit of 8 is for loops
# that recompile by accident.
torch.compiler.config.recompile_limit = 1000


def missing_compiler() -> str | None:
    """Why `torch.compile` does not work here, or None."""
    if DEVICE.type == "cpu" and shutil.which("g++") is None:
        return "torch.compile needs a C++ compiler on a CPU; install g++"
    return None


class CompiledStep:
    """A training step whose data, plan and counter all stay on the device.

    Args:
        step: one step, in place; it reads `counter` and increments it.
        counter: number of finished steps, int64 `[1]`.
    """

    def __init__(self, step: Callable[[], None], counter: torch.Tensor):
        self.counter = counter
        # fullgraph: what cannot be compiled whole is an error, not a silent return to eager mode
        self.compiled = torch.compile(step, fullgraph=True, dynamic=False)
        self.graph: torch.cuda.CUDAGraph | None = None

    def ready(self) -> Callable[[], None]:
        """The function that takes a step. Get it before the restart: on a GPU the first call trains."""
        if DEVICE.type == "cuda" and self.graph is None:
            self.graph = self._record()
        return self.compiled if self.graph is None else self.graph.replay

    def _record(self) -> torch.cuda.CUDAGraph:
        """Warm up on a side stream, then record one step; both as PyTorch's CUDA notes ask."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self.compiled()
                self.counter.zero_()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.compiled()
        return graph
