"""Compiled steps without arguments, which a GPU replays as a CUDA graph, with no work left for Python."""

import os
import shlex
import shutil
import sys
from collections.abc import Callable

import torch

from benchmarks.frameworks.torch._device import DEVICE

# Each task compiles the same function for its own arrays; the default limit of 8 is meant for accidental
# recompilation.
torch.compiler.config.recompile_limit = 1000


def missing_compiler() -> str | None:
    """The reason why `torch.compile` does not work here, or None."""
    if DEVICE.type != "cpu":
        return None
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
    if shutil.which(next(iter(shlex.split(compiler)), "")) is not None:
        return None
    return (
        f"torch.compile needs a C++ compiler on a CPU, and {compiler!r} is not here; install g++, or "
        "set CXX to one that is"
    )


class CompiledStep:
    """A training step whose data, plan and counter all stay on the device.

    Args:
        step: takes one step in place, and reads and increments `counter`.
        counter: number of finished steps, int64 `[1]`.
    """

    def __init__(self, step: Callable[[], None], counter: torch.Tensor):
        self.counter = counter
        # fullgraph: code that cannot be compiled is an error, not a silent return to eager mode
        self.compiled = torch.compile(step, fullgraph=True, dynamic=False)
        self.graph: torch.cuda.CUDAGraph | None = None

    def ready(self) -> Callable[[], None]:
        """The function that takes a step. Call this before the restart: on a GPU, recording takes steps."""
        if DEVICE.type == "cuda" and self.graph is None:
            self.graph = self._record()
        return self.compiled if self.graph is None else self.graph.replay

    def _record(self) -> torch.cuda.CUDAGraph:
        """Warm up on a side stream, then record one step, as PyTorch's CUDA notes require."""
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
