"""Code excerpts for the page, cut out of the files that run, so that they stay up to date."""

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
        title: heading on the page.
        path: path of the file, from the root of the repository.
        function: name of the function or class.
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
"""The training in each framework."""

BATCHES = (
    Excerpt("TensorFlow, the pipeline", FRAMEWORKS / "tensorflow/_pipeline.py", "make_batches"),
)
"""The batches of a training, for the frameworks that make them in another function."""


def excerpts(lesson: Lesson) -> list[dict[str, str]]:
    """The code excerpts of a lesson as plain data: titles, paths and texts.

    For a lesson with implementations of its own, these are whole files.
    """
    if lesson.implementations != "frameworks":
        folder = Path("benchmarks", *lesson.implementations.split("."))
        paths = sorted((ROOT / folder).rglob("[!_]*.py"))
        return [_excerpt(path.stem, path.relative_to(ROOT), _text(path)) for path in paths]
    chosen = TRAINING + (BATCHES if lesson.task.batch_size else ())
    return [_excerpt(e.title, e.path, source(e)) for e in chosen]


def _excerpt(title: str, path: Path, text: str) -> dict[str, str]:
    return {"title": title, "path": str(path), "text": text}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def source(excerpt: Excerpt) -> str:
    """The text of a function or class, nested or not, without indentation.

    Raises:
        LookupError: if the file has no such function.
    """
    text = _text(ROOT / excerpt.path)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == excerpt.function:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            return textwrap.dedent("\n".join(text.splitlines()[first - 1 : node.end_lineno]))
    raise LookupError(f"{excerpt.path} has no {excerpt.function}; the page shows it to its readers")
