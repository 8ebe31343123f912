"""A step of PyTorch that takes no argument: compiled, and on a GPU replayed as a CUDA graph."""

from collections.abc import Callable

import torch

from benchmarks.frameworks._torch import DEVICE


class CompiledStep:
    """A training step whose data, plan and counter all stay on the device.

    Args:
        step: one step, in place; it reads `counter` and counts it up.
        counter: how many steps were done, int64 `[1]`.
    """

    def __init__(self, step: Callable[[], None], counter: torch.Tensor):
        self.counter = counter
        # fullgraph: what cannot be compiled whole is an error, not a silent return to eager mode
        self.compiled = torch.compile(step, fullgraph=True, dynamic=False)
        self.graph: torch.cuda.CUDAGraph | None = None

    def ready(self) -> Callable[[], None]:
        """What does a step. Get it before the restart: on a GPU the first call trains to warm up."""
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
