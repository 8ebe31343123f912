"""What trainings under XLA share: the optimizer's step, and whether a plan has padding."""

import tensorflow as tf

from benchmarks.contract import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Arrays, Training

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
        rate: learning rate, or one per model `[models]` if the parameters have that first axis.
        t: number of the step, floating.
        params, gradients, first, second: of the same shapes; "sgd" keeps its velocity in `first`.
    """

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


def has_padding(arrays: Arrays) -> bool:
    """Whether the last batch of an epoch is shorter; only such a plan costs a weighted mean.

    XLA's shapes cannot vary, so that padding stays in the batch.
    """
    return arrays.plan is not None and bool((arrays.plan < 0).any())
