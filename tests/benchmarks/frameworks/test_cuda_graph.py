"""On a GPU a compiled step of PyTorch is recorded once and replayed, as far as a CPU can show it."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest


@pytest.fixture
def graphs(monkeypatch):
    """`torch/_compile.py` with a CUDA that only notes where it is, in `graphs.where` and `.notes`."""
    torch = pytest.importorskip("torch")
    from benchmarks.frameworks.torch import _compile

    seen = SimpleNamespace(module=_compile, where="main", notes=[], compiled=[])

    def compile(step, **options):
        seen.compiled.append(options)
        return step

    @contextmanager
    def inside(place):
        before, seen.where = seen.where, place.name
        yield
        seen.where = before

    def stream(name):
        wait = lambda other: seen.notes.append(f"{name} waits for {other.name}")
        return SimpleNamespace(name=name, wait_stream=wait)

    def graph():
        return SimpleNamespace(name="graph", replay=lambda: seen.notes.append("replay"))

    monkeypatch.setattr(torch, "compile", compile)
    for name, stub in {
        "Stream": lambda: stream("side"), "current_stream": lambda: stream("main"),
        "stream": inside, "CUDAGraph": graph, "graph": inside,
    }.items():  # fmt: skip
        monkeypatch.setattr(torch.cuda, name, stub)
    return seen


@pytest.fixture
def step(graphs):
    """A step that notes where it is made and at which count, and what `CompiledStep` makes of it."""
    import torch

    counter = torch.zeros(1, dtype=torch.int64)

    def one():
        graphs.notes.append(f"step {int(counter)} in {graphs.where}")
        counter.add_(1)

    return graphs.module.CompiledStep(one, counter)


def test_on_a_gpu_a_step_is_recorded_once_and_replayed(graphs, step, monkeypatch):
    monkeypatch.setattr(graphs.module, "DEVICE", SimpleNamespace(type="cuda"))
    first = step.ready()
    warm = ["side waits for main", *["step 0 in side"] * 3, "main waits for side"]
    assert graphs.notes == [*warm, "step 0 in graph"]
    graphs.notes.clear()
    for do in (first, step.ready()):
        do()
    assert graphs.notes == ["replay"] * 2


def test_on_a_cpu_a_step_is_the_compiled_one(graphs, step, monkeypatch):
    monkeypatch.setattr(graphs.module, "DEVICE", SimpleNamespace(type="cpu"))
    step.ready()()
    step.ready()()
    assert graphs.notes == ["step 0 in main", "step 1 in main"]
    assert graphs.compiled == [{"fullgraph": True, "dynamic": False}]
