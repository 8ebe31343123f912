"""The precision of matrix products is set by each task, for itself only."""

import subprocess
import sys

import pytest

from benchmarks import registry
from benchmarks.registry import ROOT

CODE = """
from types import SimpleNamespace
from benchmarks.frameworks.{folder}._device import *
for precision in ("tf32", "float32", "tf32"):
    use_precision(SimpleNamespace(precision=precision))
    print({flag})
"""


@pytest.mark.parametrize(
    ("folder", "name", "flag", "tf32", "float32"),
    [
        ("jax", "jax_step", "jax.config.jax_default_matmul_precision", "tensorfloat32", "highest"),
        ("torch", "torch_eager", "torch.get_float32_matmul_precision()", "high", "highest"),
        (
            "tensorflow", "tf_eager",
            "tf.config.experimental.tensor_float_32_execution_enabled()", "True", "False",
        ),
    ],
    ids=["jax", "torch", "tensorflow"],
)  # fmt: skip
def test_a_task_turns_tf32_on_for_itself_alone(folder, name, flag, tf32, float32):
    if reason := registry.missing_imports("frameworks", name):
        pytest.skip(reason)
    code = CODE.format(folder=folder, flag=flag)
    # each in a process of its own, as in a benchmark
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [tf32, float32, tf32]
