"""TensorFlow's place among the convex solvers, which is empty."""

from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Problem, Runner

LIBRARY = "tensorflow"
KIND = "solve"


def unsupported(task: SolveTask) -> str | None:
    return (
        "TensorFlow has no maintained solver for convex problems: tf.keras.optimizers take single "
        "steps, and the L-BFGS of tensorflow_probability is not developed for current TensorFlow"
    )


def prepare(task: SolveTask, problem: Problem) -> Runner:
    raise NotImplementedError(unsupported(task))
