"""TensorFlow as an expert would write it: the whole training is one XLA program.

Four things decide its speed. The data is an argument: captured, it would become a constant of the
program, and compiling and running that takes hundreds of times as long. The parameters are loop
values, not variables. The weights are one row per output, which halves the time of a step on a CPU, and
so are the scores, which takes another fifth off that of `digits_adam`. The slopes of a batch with several
outputs are kept behind a barrier: without it XLA turns the gradient's product around, 1.35 times the time
of an epoch on MNIST.
"""

import tensorflow as tf
from tensorflow.compiler.tf2xla.python.xla import optimization_barrier

from benchmarks.frameworks._tensorflow import device, undivided_cross_entropy, use_precision
from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Outcome, Problem, Runner, Task

LIBRARY = "tensorflow"
KIND = "training"


def unsupported(task: Task) -> str | None:
    return None


def example_losses(model: str, scores: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """`[n]` of scores `[outputs, n]`."""
    if model == "linear":
        return tf.square(scores[0] - y)
    if model == "logistic":
        # one softplus, where sigmoid_cross_entropy_with_logits spends an exp and a log1p and selects
        return tf.math.softplus(scores[0]) - tf.cast(y, tf.float32) * scores[0]
    shifted = scores - tf.stop_gradient(tf.reduce_max(scores, axis=0))
    is_label = tf.range(scores.shape[0])[:, None] == y
    label = tf.reduce_sum(tf.where(is_label, shifted, 0.0), axis=0)
    return tf.math.log(tf.reduce_sum(tf.exp(shifted), axis=0)) - label


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    x, y = tf.constant(problem.x), tf.constant(problem.y)
    start = (tf.constant(problem.weights), tf.constant(problem.bias))
    plan = None if problem.plan is None else tf.constant(problem.plan)
    # Only a plan with empty places pays for a weighted mean; XLA's shapes cannot vary.
    masked = problem.plan is not None and bool((problem.plan < 0).any())

    def mean_loss(scores, y, rows):
        if task.gradient == "sum":
            return undivided_cross_entropy(scores[0], tf.cast(y, tf.float32))
        if rows is None and task.model == "softmax":
            # On 60,000 examples as fast, and its mean is not off by 3e-5 as that of sums by hand.
            own = tf.nn.sparse_softmax_cross_entropy_with_logits(y, tf.transpose(scores))
            return tf.reduce_mean(own)
        losses = example_losses(task.model, scores, y)
        if not masked:
            return tf.reduce_mean(losses)
        weight = tf.cast(rows >= 0, tf.float32)
        return tf.reduce_sum(weight * losses) / tf.reduce_sum(weight)

    def loss_and_gradients(params, x, y, rows):
        if rows is not None:
            at = tf.maximum(rows, 0)
            x, y = tf.gather(x, at), tf.gather(y, at)
        weights, bias = params
        scores = tf.matmul(weights, x, transpose_b=True) + bias[:, None]
        with tf.GradientTape() as tape:
            tape.watch(scores)
            loss = mean_loss(scores, y, rows)
        slopes = tape.gradient(loss, scores)
        if rows is not None and task.model == "softmax":
            (slopes,) = optimization_barrier(slopes)
        return loss, (tf.matmul(slopes, x), tf.reduce_sum(slopes, axis=1))

    def updated(p, g, m, v, t):
        if task.optimizer == "sgd":
            m = task.momentum * m + g if task.momentum else g
            return p - task.learning_rate * m, m, v
        m = ADAM_BETA1 * m + (1 - ADAM_BETA1) * g
        v = ADAM_BETA2 * v + (1 - ADAM_BETA2) * g * g
        m_hat, v_hat = m / (1 - ADAM_BETA1**t), v / (1 - ADAM_BETA2**t)
        return p - task.learning_rate * m_hat / (tf.sqrt(v_hat) + ADAM_EPSILON), m, v

    @tf.function(jit_compile=True)
    def train(params, x, y, plan):
        first = tuple(tf.zeros_like(p) for p in params)
        second = tuple(tf.zeros_like(p) for p in params)
        losses = tf.TensorArray(tf.float32, problem.steps)
        for i in tf.range(problem.steps):
            rows = None if plan is None else plan[i]
            loss, gradients = loss_and_gradients(params, x, y, rows)
            t = tf.cast(i + 1, tf.float32)
            steps = [
                updated(*args, t) for args in zip(params, gradients, first, second, strict=True)
            ]
            params, first, second = (tuple(s[k] for s in steps) for k in range(3))
            losses = losses.write(i, loss)
        return (*params, losses.stack())

    def run():
        # reading a value waits until the device has produced it
        return [a.numpy() for a in train(start, x, y, plan)]

    return Runner(run, lambda raw: Outcome(*raw), *device())
