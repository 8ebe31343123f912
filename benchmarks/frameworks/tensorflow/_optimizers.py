"""Keras optimizers that take the same steps as every other implementation."""

from typing import Any

import keras
from keras import ops

from benchmarks.contract import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Training


class PaperAdam(keras.optimizers.Adam):
    """Adam as in algorithm 1 of its paper, in PyTorch and in optax.

    Keras adds epsilon to `sqrt(v)` before the bias correction instead of after it (the paper's
    "epsilon hat"), which in the first step makes it 32 times as large. Where a gradient is tiny, such
    as at the margin of an image, the weights then differ visibly. With epsilon scaled by
    `sqrt(1 - beta2^t)` the two are the same.
    """

    # `numpy_float64` defines the step; written again here, since only Keras' own class works with `fit`
    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        lr, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        t = ops.cast(self.iterations + 1, variable.dtype)
        correction1, correction2 = 1 - ops.power(self.beta_1, t), 1 - ops.power(self.beta_2, t)
        m = self._momentums[self._get_variable_index(variable)]
        v = self._velocities[self._get_variable_index(variable)]
        self.assign_add(m, (gradient - m) * (1 - self.beta_1))
        self.assign_add(v, (ops.square(gradient) - v) * (1 - self.beta_2))
        direction = (m / correction1) / (ops.sqrt(v / correction2) + self.epsilon)
        self.assign_sub(variable, lr * direction)


def make_optimizer(task: Training) -> keras.optimizers.Optimizer:
    if task.optimizer == "adam":
        return PaperAdam(task.learning_rate, ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON)
    return keras.optimizers.SGD(task.learning_rate, task.momentum)
