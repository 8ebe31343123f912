"""The optimizer's step under XLA, where parameters are loop values and not variables."""

import tensorflow as tf

from benchmarks.contract import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Training

Tensors = tuple[tf.Tensor, ...]


def updated(
    task: Training,
    rate: float | tf.Tensor,
    t: tf.Tensor,
    params: Tensors,
    gradients: Tensors,
    first: Tensors,
    second: Tensors,
) -> tuple[Tensors, Tensors, Tensors]:
    """Parameters, first and second moments after step number t, from 1, of SGD or Adam.

    Args:
        task: which optimizer.
        rate: learning rate, or one per model `[models]` if the parameters have that leading axis.
        t: number of the step, as a float.
        params, gradients, first, second: tensors of the same shapes; "sgd" keeps its velocity in
            `first`.
    """
    # `numpy_float64` defines the steps; written again here, so that the example is complete

    def one(p: tf.Tensor, g: tf.Tensor, m: tf.Tensor, v: tf.Tensor) -> Tensors:
        lr = rate
        if tf.is_tensor(rate):
            lr = tf.reshape(rate, (-1, *[1] * (len(p.shape) - 1)))
        if task.optimizer == "sgd":
            m = task.momentum * m + g if task.momentum else g
            return p - lr * m, m, v
        m = ADAM_BETA1 * m + (1 - ADAM_BETA1) * g
        v = ADAM_BETA2 * v + (1 - ADAM_BETA2) * g * g
        m_hat, v_hat = m / (1 - ADAM_BETA1**t), v / (1 - ADAM_BETA2**t)
        return p - lr * m_hat / (tf.sqrt(v_hat) + ADAM_EPSILON), m, v

    steps = [one(*arrays) for arrays in zip(params, gradients, first, second, strict=True)]
    params, first, second = (tuple(step[k] for step in steps) for k in range(3))
    return params, first, second
