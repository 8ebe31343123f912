"""TensorFlow among the convex solvers: a row that gives the reason why TensorFlow has none."""

from benchmarks.contract import Arrays, Runner, Solve

LIBRARY = "tensorflow"
KIND = "solve"

REASON = (
    "TensorFlow has no maintained solver for convex problems: tf.keras.optimizers take single "
    "steps, and the L-BFGS of tensorflow_probability is not developed for current TensorFlow"
)


def unsupported(task: Solve) -> str | None:
    return REASON


def prepare(task: Solve, arrays: Arrays) -> Runner:
    raise NotImplementedError(REASON)
