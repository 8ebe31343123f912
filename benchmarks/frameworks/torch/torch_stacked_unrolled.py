"""`torch_stacked` with several steps in one compiled call.

It is what makes single trainings fastest in PyTorch on a CPU. Sweeps hardly gain, since a step takes longer
than a call: in the stored run B of docs/performance.md `sweep_folds` takes 1.7 times as long.
"""

from benchmarks.contract import Arrays, Runner, Sweep
from benchmarks.frameworks.torch._device import (
    device,
    on_device,
    place,
    use_precision,
    use_threads,
)
from benchmarks.frameworks.torch._loop import State, collect
from benchmarks.frameworks.torch._unrolled import UnrolledLoop, unrolling_is_useless
from benchmarks.frameworks.torch.torch_stacked import step_of

LIBRARY = "torch"
KIND = "sweep"
SLOW_START = "it compiles for 10 to 30 seconds"


def unsupported(task: Sweep) -> str | None:
    return unrolling_is_useless()


def prepare(task: Sweep, arrays: Arrays) -> Runner:
    use_precision(task)
    state = State(task, arrays)
    loop = UnrolledLoop(arrays, state, step_of(task, arrays, on_device(task, arrays), state))
    return Runner(loop.run, collect, *device(), place=place, use_threads=use_threads)
