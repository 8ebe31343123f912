"""TensorFlow as an expert would write a sweep: models in wide products, the whole run under XLA.

On a CPU each core has a part of the models and a thread of its own: 1.05 times the speed for the sweep of
rates, 1.1 for folds, 1.7 for many small data sets.

Scores are `[models, outputs, n]`, as the product makes them: turned around, as TensorFlow's own softmax
wants them, `sweep_folds` takes three times as long.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tensorflow as tf

from benchmarks.cores import parts
from benchmarks.frameworks._tensorflow import device, use_precision
from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Outcome, Problem, Runner, Task

LIBRARY = "tensorflow"
KIND = "sweep"


def unsupported(task: Task) -> str | None:
    return None


def example_losses(model: str, scores: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """`[models, n]` of scores `[models, outputs, n]` and y `[models or 1, n]`."""
    if model == "linear":
        return tf.square(scores[:, 0] - y)
    if model == "logistic":
        return tf.math.softplus(scores[:, 0]) - tf.cast(y, tf.float32) * scores[:, 0]
    shifted = scores - tf.stop_gradient(tf.reduce_max(scores, axis=1, keepdims=True))
    is_label = tf.range(scores.shape[1])[:, None] == y[:, None]
    label = tf.reduce_sum(tf.where(is_label, shifted, 0.0), axis=1)
    return tf.math.log(tf.reduce_sum(tf.exp(shifted), axis=1)) - label


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    pieces = [problem]
    if not tf.config.list_physical_devices("GPU"):
        pieces = split(problem, min(parts(), len(problem.learning_rate)))
    trainings = [training(task, piece) for piece in pieces]
    threads = ThreadPoolExecutor(len(pieces))

    def run() -> list[list[np.ndarray]]:
        return list(threads.map(lambda train: train(), trainings))

    def collect(raw) -> Outcome:
        return Outcome(*(np.concatenate(arrays) for arrays in zip(*raw, strict=True)))

    return Runner(run, collect, *device())


def split(problem: Problem, number: int) -> list[Problem]:
    """The models of a problem in so many parts, which share what all models share."""
    shared = {"x": 2, "y": 1, "plan": 2, "learning_rate": 0, "l2": 0, "weight": 1}
    own = {name: array for name, rank in shared.items()
           if (array := getattr(problem, name)) is not None and array.ndim > rank}  # fmt: skip
    each = zip(*(np.array_split(array, number) for array in own.values()), strict=True)
    return [problem._replace(**dict(zip(own, arrays, strict=True))) for arrays in each]


def training(task: Task, problem: Problem) -> Callable[[], list[np.ndarray]]:
    """The compiled training of these models, ready to be called."""
    own = problem.x.ndim == 3
    x = tf.constant(problem.x)
    y = tf.constant(problem.y if problem.y.ndim == 2 else problem.y[None])
    models = len(problem.learning_rate)
    outputs, features = problem.weights.shape
    start = [tf.repeat(p[None], models, axis=0) for p in (problem.weights, problem.bias)]
    rate = tf.constant(problem.learning_rate)
    l2 = tf.zeros(models) if problem.l2 is None else tf.constant(problem.l2)
    weight = None if problem.weight is None else tf.constant(problem.weight)
    plan = None if problem.plan is None else tf.constant(problem.plan)
    masked = problem.plan is not None and bool((problem.plan < 0).any())

    def scores(params, x):
        weights, bias = params
        if own:
            return tf.matmul(weights, x, transpose_b=True) + bias[:, :, None]
        wide = tf.matmul(tf.reshape(weights, (models * outputs, features)), x, transpose_b=True)
        return tf.reshape(wide, (models, outputs, -1)) + bias[:, :, None]

    def mean_losses(params, l2, x, y, weight, rows):
        if rows is not None:
            at = tf.maximum(rows, 0)
            x, y = tf.gather(x, at, axis=-2), tf.gather(y, at, axis=1)
            weight = None if weight is None else tf.gather(weight, at, axis=1)
            if masked:
                filled = tf.cast(rows >= 0, tf.float32)[None]
                weight = filled if weight is None else filled * weight
        each = example_losses(task.model, scores(params, x), y)
        penalty = 0.5 * l2 * tf.reduce_sum(tf.square(params[0]), axis=(1, 2))
        if weight is None:
            return tf.reduce_mean(each, axis=1) + penalty
        return tf.reduce_sum(weight * each, axis=1) / tf.reduce_sum(weight, axis=1) + penalty

    def updated(p, g, m, v, rate, t):
        rate = tf.reshape(rate, (-1, *[1] * (len(p.shape) - 1)))
        if task.optimizer == "sgd":
            m = task.momentum * m + g if task.momentum else g
            return p - rate * m, m, v
        m = ADAM_BETA1 * m + (1 - ADAM_BETA1) * g
        v = ADAM_BETA2 * v + (1 - ADAM_BETA2) * g * g
        m_hat, v_hat = m / (1 - ADAM_BETA1**t), v / (1 - ADAM_BETA2**t)
        return p - rate * m_hat / (tf.sqrt(v_hat) + ADAM_EPSILON), m, v

    @tf.function(jit_compile=True)
    def train(params, rate, l2, x, y, weight, plan):
        params = tuple(params)
        first = tuple(tf.zeros_like(p) for p in params)
        second = tuple(tf.zeros_like(p) for p in params)
        losses = tf.TensorArray(tf.float32, problem.steps)
        for i in tf.range(problem.steps):
            rows = None if plan is None else plan[i]
            with tf.GradientTape() as tape:
                tape.watch(params)
                each = mean_losses(params, l2, x, y, weight, rows)
            # the sum's gradient: no model's loss depends on another's parameters
            gradients = tape.gradient(each, params)
            t = tf.cast(i + 1, tf.float32)
            steps = [
                updated(*args, rate, t)
                for args in zip(params, gradients, first, second, strict=True)
            ]
            params, first, second = (tuple(s[k] for s in steps) for k in range(3))
            losses = losses.write(i, each)
        return (*params, tf.transpose(losses.stack()))

    # reading a value waits until the device has produced it
    return lambda: [a.numpy() for a in train(start, rate, l2, x, y, weight, plan)]
