"""TensorFlow as an expert would write it: the whole training is one XLA program.

Three things decide its speed. The data is an argument: captured, it would become a constant of the
program, and compiling and running that takes hundreds of times as long. The parameters are loop
values, not variables. The weights are one row per output, which halves the time of a step on a CPU.
"""

import tensorflow as tf

from benchmarks.frameworks._tensorflow import device, undivided_cross_entropy, use_precision
from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Outcome, Problem, Runner, Task

LIBRARY = "tensorflow"
KIND = "training"


def unsupported(task: Task) -> str | None:
    return None


def example_losses(model: str, scores: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    if model == "linear":
        return tf.square(scores[:, 0] - y)
    if model == "logistic":
        # one softplus, where sigmoid_cross_entropy_with_logits spends an exp and a log1p and selects
        return tf.math.softplus(scores[:, 0]) - tf.cast(y, tf.float32) * scores[:, 0]
    return tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    x, y = tf.constant(problem.x), tf.constant(problem.y)
    start = (tf.constant(problem.weights), tf.constant(problem.bias))
    plan = None if problem.plan is None else tf.constant(problem.plan)
    # Only a plan with empty places pays for a weighted mean; XLA's shapes cannot vary.
    masked = problem.plan is not None and bool((problem.plan < 0).any())

    def mean_loss(params, x, y, rows):
        if task.gradient == "sum":
            return undivided_cross_entropy(scores_of(params, x)[:, 0], tf.cast(y, tf.float32))
        if rows is None:
            return tf.reduce_mean(example_losses(task.model, scores_of(params, x), y))
        safe = tf.maximum(rows, 0)
        losses = example_losses(
            task.model, scores_of(params, tf.gather(x, safe)), tf.gather(y, safe)
        )
        if not masked:
            return tf.reduce_mean(losses)
        weight = tf.cast(rows >= 0, tf.float32)
        return tf.reduce_sum(weight * losses) / tf.reduce_sum(weight)

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
            with tf.GradientTape() as tape:
                tape.watch(params)
                loss = mean_loss(params, x, y, rows)
            gradients = tape.gradient(loss, params)
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


def scores_of(params, x):
    weights, bias = params
    return tf.matmul(x, weights, transpose_b=True) + bias
