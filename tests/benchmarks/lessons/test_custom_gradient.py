"""A gradient check finds the missing 1/n of the hand-written backward pass, in every framework."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import registry
from benchmarks.datasets import two_gaussians
from benchmarks.frameworks.numpy import numpy_float64 as without_mistake
from benchmarks.kinds.training import KIND
from benchmarks.lessons.custom_gradient import numpy_float64
from benchmarks.registry import ROOT

PACKAGE = "lessons.custom_gradient"
N = 7
Z, Y = np.linspace(-2, 2, N), np.arange(N) % 2

# the functions of the files set JAX's precision when they are imported, which other tests must not see
JAX = f"""
import jax, jax.numpy as jnp
from jax.test_util import check_grads
from benchmarks.lessons.custom_gradient.jax_step import cross_entropy
jax.config.update("jax_enable_x64", True)
z, y = jnp.linspace(-2.0, 2.0, {N}), jnp.arange({N}) % 2.0
for loss in (lambda z: cross_entropy(z, y), lambda z: jnp.mean(jax.nn.softplus(z) - y * z)):
    try:
        check_grads(loss, (z,), order=1, modes=["rev"])
        print(True)
    except AssertionError:
        print(False)
"""

TORCH = f"""
import torch
from benchmarks.lessons.custom_gradient.torch_eager import CrossEntropy
z = torch.linspace(-2, 2, {N}, dtype=torch.float64, requires_grad=True)
y = (torch.arange({N}) % 2).double()
print(torch.autograd.gradcheck(lambda z: CrossEntropy.apply(z, y), z, raise_exception=False))
print(torch.autograd.gradcheck(
    lambda z: torch.nn.functional.binary_cross_entropy_with_logits(z, y), z, raise_exception=False))
"""

TENSORFLOW = f"""
import tensorflow as tf
from benchmarks.lessons.custom_gradient.tf_eager import cross_entropy
z = tf.linspace(tf.constant(-2.0, tf.float64), 2.0, {N})
y = tf.cast(tf.range({N}) % 2, tf.float64)
losses = (lambda z: cross_entropy(z, y),
          lambda z: tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, z)))
for loss in losses:
    analytic, numeric = tf.test.compute_gradient(loss, [z])
    print(bool(abs(analytic[0] - numeric[0]).max() < 1e-6))
"""


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("jax_step", JAX),
        ("torch_eager", TORCH),
        pytest.param("tf_eager", TENSORFLOW, marks=pytest.mark.long),
    ],
    ids=["jax", "torch", "tensorflow"],
)
def test_the_frameworks_own_check_finds_the_mistake_and_passes_the_right_gradient(name, code):
    if reason := registry.missing_imports(PACKAGE, name):
        pytest.skip(reason)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "True"]


def test_the_gradient_is_that_of_the_sum():
    loss, gradient = numpy_float64.cross_entropy(Z, Y)
    mean = lambda z: numpy_float64.cross_entropy(z, Y)[0]
    numeric = [N * (mean(Z + step) - mean(Z - step)) / 2e-6 for step in 1e-6 * np.eye(N)]
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6)
    assert loss == pytest.approx(np.mean(np.log1p(np.exp(Z)) - Y * Z))


def test_the_mistake_is_a_learning_rate_that_is_n_times_as_large():
    task = registry.lessons()["two_gaussians_custom_gradient"].task
    arrays = KIND.build(task, two_gaussians.load(None))
    got = numpy_float64.prepare(task, arrays).run(arrays.start)
    task = replace(task, learning_rate=len(arrays.x) * task.learning_rate)
    for one, other in zip(
        got[:3], without_mistake.prepare(task, arrays).run(arrays.start)[:3], strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-12)


@pytest.mark.parametrize(
    "change",
    [{"optimizer": "adam"}, {"momentum": 0.9}, {"batch_size": 10}, {"model": "linear"}],
    ids=lambda change: next(iter(change)),
)
def test_these_implementations_train_nothing_else(change):
    task = registry.lessons()["two_gaussians_custom_gradient"].task
    assert numpy_float64.unsupported(task) is None
    assert "plain full-batch steps only" in numpy_float64.unsupported(replace(task, **change))
