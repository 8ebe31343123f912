"""A gradient check finds the missing 1/n of the hand-written backward pass, in every framework."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from benchmarks import discover
from benchmarks.frameworks._jax import undivided_cross_entropy
from benchmarks.process import ROOT

N = 7
Z, Y = np.linspace(-2, 2, N), np.arange(N) % 2


def test_jax_check_grads_catches_it():
    with jax.enable_x64(True):
        z, y = jnp.asarray(Z), jnp.asarray(Y, float)
        with pytest.raises(AssertionError):
            check_grads(lambda z: undivided_cross_entropy(z, y), (z,), order=1, modes=["rev"])
        # the gradient of the sum is what it is: divided by n, the check passes
        scaled = lambda z: undivided_cross_entropy(z, y) * N
        got = jax.grad(undivided_cross_entropy)(z, y)
        numeric = [
            (scaled(z.at[i].add(1e-6)) - scaled(z.at[i].add(-1e-6))) / 2e-6 for i in range(N)
        ]
        np.testing.assert_allclose(got, numeric, rtol=1e-6)


TORCH = f"""
import torch
from benchmarks.frameworks._torch import UndividedCrossEntropy
z = torch.linspace(-2, 2, {N}, dtype=torch.float64, requires_grad=True)
y = (torch.arange({N}) % 2).double()
print(torch.autograd.gradcheck(lambda z: UndividedCrossEntropy.apply(z, y), z, raise_exception=False))
print(torch.autograd.gradcheck(
    lambda z: torch.nn.functional.binary_cross_entropy_with_logits(z, y), z, raise_exception=False))
"""

TENSORFLOW = f"""
import tensorflow as tf
from benchmarks.frameworks._tensorflow import undivided_cross_entropy
z = tf.linspace(tf.constant(-2.0, tf.float64), 2.0, {N})
y = tf.cast(tf.range({N}) % 2, tf.float64)
losses = (lambda z: undivided_cross_entropy(z, y),
          lambda z: tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, z)))
for loss in losses:
    analytic, numeric = tf.test.compute_gradient(loss, [z])
    print(bool(abs(analytic[0] - numeric[0]).max() < 1e-6))
"""


@pytest.mark.parametrize(
    ("framework", "code"),
    [("torch_eager", TORCH), ("tf_eager", TENSORFLOW)],
    ids=["torch", "tensorflow"],
)
def test_the_frameworks_own_check_catches_it_and_passes_the_right_one(framework, code):
    reason = discover.missing_imports("frameworks", framework)
    if reason:
        pytest.skip(reason)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "True"]
