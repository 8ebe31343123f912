"""The lines that matter in each framework, cut out of the real source files, so that they cannot rot."""

import ast
import textwrap
from typing import NamedTuple

from benchmarks.process import ROOT
from benchmarks.spec import Task


class Excerpt(NamedTuple):
    """A function of a source file, under a name for the reader."""

    title: str
    path: str
    function: str


TRAINING = (
    Excerpt("NumPy, by hand", "benchmarks/frameworks/numpy_float64.py", "run"),
    Excerpt("JAX, a step", "benchmarks/frameworks/jax_step.py", "train_step"),
    Excerpt("JAX, the whole run", "logreg_jax/_engine/scan.py", "train"),
    Excerpt("TensorFlow, eager", "benchmarks/frameworks/tf_eager.py", "run"),
    Excerpt("TensorFlow, the whole run", "benchmarks/frameworks/tf_xla.py", "train"),
    Excerpt("Keras", "benchmarks/frameworks/keras_fit.py", "run"),
    Excerpt("PyTorch, eager", "benchmarks/frameworks/torch_eager.py", "run"),
    Excerpt("PyTorch, compiled", "benchmarks/frameworks/torch_compile.py", "step"),
)

PIPELINE = (
    Excerpt("TensorFlow, the pipeline", "benchmarks/frameworks/_tensorflow.py", "make_batches"),
)

CUSTOM_GRADIENT = (
    Excerpt("NumPy, by hand", "benchmarks/frameworks/numpy_float64.py", "loss_and_slope"),
    Excerpt("JAX, forward", "benchmarks/frameworks/_jax.py", "undivided_cross_entropy"),
    Excerpt("JAX, backward", "benchmarks/frameworks/_jax.py", "_backward"),
    Excerpt("TensorFlow", "benchmarks/frameworks/_tensorflow.py", "undivided_cross_entropy"),
    Excerpt("PyTorch", "benchmarks/frameworks/_torch.py", "UndividedCrossEntropy"),
)


def excerpts(task: Task) -> list[tuple[Excerpt, str]]:
    """What to show for a task, with its source text."""
    if task.gradient == "sum":
        chosen = CUSTOM_GRADIENT
    else:
        chosen = TRAINING + (PIPELINE if task.batch_size else ())
    return [(excerpt, source(excerpt)) for excerpt in chosen]


def source(excerpt: Excerpt) -> str:
    """The text of a function or class, nested or not, without what surrounds it.

    Raises:
        LookupError: if the file has no such function any more.
    """
    text = (ROOT / excerpt.path).read_text()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == excerpt.function:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            return textwrap.dedent("\n".join(text.splitlines()[first - 1 : node.end_lineno]))
    raise LookupError(f"{excerpt.path} has no {excerpt.function}; the page shows it to its readers")
