"""TensorFlow with `tf.function`: the loop over the pipeline becomes one graph, without XLA."""

import tensorflow as tf

from benchmarks.frameworks._keras_optimizers import make_optimizer
from benchmarks.frameworks._tensorflow import device, use_precision
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = "tensorflow"
KIND = "training"


def unsupported(task: Task) -> str | None:
    if task.gradient == "sum":
        return "the hand-written gradient is tf.custom_gradient's, shown in tf_eager and tf_xla"
    return None


def mean_loss(model: str, scores: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    if model == "linear":
        return tf.reduce_mean(tf.square(scores[:, 0] - y))
    if model == "logistic":
        losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(y, tf.float32), scores[:, 0])
    else:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)
    return tf.reduce_mean(losses)


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    x, y = tf.constant(problem.x), tf.constant(problem.y)
    plan = None if problem.plan is None else tf.constant(problem.plan)
    # A tf.function captures its variables, so they are made once and set back before every run.
    weights, bias = tf.Variable(problem.weights), tf.Variable(problem.bias)
    optimizer = make_optimizer(task)
    optimizer.build([weights, bias])
    start = [v.numpy() for v in optimizer.variables]

    @tf.function
    def train(x, y):
        losses = tf.TensorArray(tf.float32, problem.steps)
        for i in tf.range(problem.steps):
            x_batch, y_batch = x, y
            if plan is not None:
                rows = tf.boolean_mask(plan[i], plan[i] >= 0)  # without the empty places
                x_batch, y_batch = tf.gather(x, rows), tf.gather(y, rows)
            with tf.GradientTape() as tape:
                scores = tf.matmul(x_batch, weights, transpose_b=True) + bias
                loss = mean_loss(task.model, scores, y_batch)
            gradients = tape.gradient(loss, [weights, bias])
            optimizer.apply_gradients(zip(gradients, [weights, bias], strict=True))
            losses = losses.write(i, loss)
        return losses.stack()

    def run():
        weights.assign(problem.weights)
        bias.assign(problem.bias)
        for variable, value in zip(optimizer.variables, start, strict=True):
            variable.assign(value)
        losses = train(x, y)
        # reading a value waits until the device has produced it
        return weights.numpy(), bias.numpy(), losses.numpy()

    return Runner(run, lambda raw: Outcome(*raw), *device())
