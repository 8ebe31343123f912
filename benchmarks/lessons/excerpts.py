"""The lines that matter in each framework, cut out of the files that run, so that they cannot rot."""

import ast
import textwrap
from pathlib import Path
from typing import NamedTuple

from benchmarks.contract import Lesson
from benchmarks.registry import ROOT

FRAMEWORKS = Path("benchmarks", "frameworks")


class Excerpt(NamedTuple):
    """A function or class of a source file.

    Attributes:
        title: for the reader.
        path: of the file, from the root of the repository.
        function: its name.
    """

    title: str
    path: Path
    function: str


TRAINING = (
    Excerpt("NumPy, by hand", FRAMEWORKS / "numpy/numpy_float64.py", "run"),
    Excerpt("JAX, a step", FRAMEWORKS / "jax/jax_step.py", "train_step"),
    Excerpt("JAX, the whole run", Path("logreg_jax/_engine/scan.py"), "train"),
    Excerpt("TensorFlow, eager", FRAMEWORKS / "tensorflow/tf_eager.py", "run"),
    Excerpt("TensorFlow, the whole run", FRAMEWORKS / "tensorflow/tf_xla.py", "train"),
    Excerpt("Keras", FRAMEWORKS / "tensorflow/keras_fit.py", "run"),
    Excerpt("PyTorch, eager", FRAMEWORKS / "torch/torch_eager.py", "run"),
    Excerpt("PyTorch, compiled", FRAMEWORKS / "torch/torch_compile.py", "step"),
)
"""How each framework writes a training."""

BATCHES = (
    Excerpt("TensorFlow, the pipeline", FRAMEWORKS / "tensorflow/_pipeline.py", "make_batches"),
)
"""How a training gets its batches, where that is written apart."""


def excerpts(lesson: Lesson) -> list[dict[str, str]]:
    """The code of a lesson as plain data: titles, paths and texts.

    A lesson with implementations of its own shows all of each file.
    """
    if lesson.implementations != "frameworks":
        folder = Path("benchmarks", *lesson.implementations.split("."))
        paths = sorted((ROOT / folder).rglob("[!_]*.py"))
        return [
            {"title": path.stem, "path": str(path.relative_to(ROOT)), "text": path.read_text()}
            for path in paths
        ]
    chosen = TRAINING + (BATCHES if lesson.task.batch_size else ())
    return [{"title": e.title, "path": str(e.path), "text": source(e)} for e in chosen]


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
