"""What is done for accelerators only, as far as a machine without one can tell."""

import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import discover
from benchmarks.process import ROOT

OTHERWISE = "tpu" if list(Path("/dev").glob("accel*")) else "cpu"


@pytest.mark.parametrize(
    ("nvidia_smi", "variables", "found"),
    [
        ("echo 'GPU 0: NVIDIA H200 (UUID: GPU-1)'", {}, "cuda"),
        ("echo 'GPU 0: NVIDIA H200 (UUID: GPU-1)'", {"TPU_NAME": "one"}, "cuda"),
        ("echo 'No devices were found'", {}, OTHERWISE),
        ("echo 'NVIDIA-SMI has failed: no driver' >&2; exit 9", {}, OTHERWISE),
        (None, {}, OTHERWISE),
        (None, {"TPU_NAME": "one"}, "tpu"),
    ],
    ids=["GPU", "GPU and TPU", "no GPU left", "no driver", "none", "TPU"],
)
def test_the_scripts_find_the_accelerator(nvidia_smi, variables, found, tmp_path):
    for name in ("grep", "ls"):
        (tmp_path / name).symlink_to(shutil.which(name))
    bash = shutil.which("bash")
    if nvidia_smi is not None:
        fake = tmp_path / "nvidia-smi"
        fake.write_text(f'#!{bash}\n[ "$*" = --list-gpus ] || exit 2\n{nvidia_smi}\n')
        fake.chmod(0o755)
    done = subprocess.run(
        [bash, "-euo", "pipefail", "-c", ". scripts/environment.sh; find_accelerator"],
        cwd=ROOT, env={"PATH": str(tmp_path), **variables}, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr, done.returncode) == (found, "", 0)


PRECISION = """
from types import SimpleNamespace
from benchmarks.frameworks.{file} import *
for precision in ("tf32", "float32", "tf32"):
    use_precision(SimpleNamespace(precision=precision))
    print({flag})
"""


@pytest.mark.parametrize(
    ("file", "flag", "tf32", "float32"),
    [
        ("_jax", "jax.config.jax_default_matmul_precision", "tensorfloat32", "highest"),
        ("_torch", "torch.get_float32_matmul_precision()", "high", "highest"),
        ("_tensorflow", "tf.config.experimental.tensor_float_32_execution_enabled()", "True", "False"),
    ],
    ids=["jax", "torch", "tensorflow"],
)  # fmt: skip
def test_a_task_turns_tf32_on_for_itself_alone(file, flag, tf32, float32):
    if reason := discover.missing_imports("frameworks", file):
        pytest.skip(reason)
    code = PRECISION.format(file=file, flag=flag)
    # each in a process of its own, as in a benchmark
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [tf32, float32, tf32]


@pytest.fixture
def graphs(monkeypatch):
    """`_cuda_graph` with a CUDA that only takes notes of where it is, in `graphs.where` and `.notes`."""
    torch = pytest.importorskip("torch")
    from benchmarks.frameworks import _cuda_graph

    seen = SimpleNamespace(module=_cuda_graph, where="main", notes=[], compiled=[])

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
