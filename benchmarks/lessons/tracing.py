"""Tracing: runs a lesson in every implementation and collects its value of every printed figure."""

import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

from benchmarks import registry
from benchmarks.contract import Case, Lesson, Training
from benchmarks.kinds import get_kind
from benchmarks.lessons.goldens import Golden, golden
from benchmarks.lessons.trained import TrainedImplementation
from benchmarks.loading import DataFailed, DataMissing, load_dataset
from benchmarks.storage.interruptions import held_back
from benchmarks.storage.scratch import Scratch
from benchmarks.workers.array_files import save_arrays
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Unsupported
from benchmarks.workers.pool import Pool
from benchmarks.workers.worker import WorkerError

IMPLEMENTATIONS = (
    "numpy_float64", "jax_step", "jax_scan", "tf_eager", "tf_xla", "keras_fit",
    "torch_eager", "torch_compile",
)  # fmt: skip
"""Implementations that run a lesson by default: each library in its eager and compiled mode."""


class LessonSkipped(Exception):
    """A lesson cannot be run here; the message is the reason."""


class LessonFailed(Exception):
    """A lesson's data is here and cannot be used; the message says why."""


@dataclass
class TracedLesson:
    """A lesson that was run.

    Attributes:
        lesson: the lesson.
        golden: the figures that the tutorial printed.
        values: values by implementation, one list per series; None where an implementation does not
            report the quantity.
        missing: reasons by implementation, of those that did not run the lesson.
        failed: those among them that should have run it and failed.
        trained: results by implementation, for pictures.
    """

    lesson: Lesson
    golden: Golden
    values: dict[str, list[list[float | None]]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    trained: dict[str, TrainedImplementation] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the lesson's task."""
        return self.lesson.task.name

    def as_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON, without the trained parameters."""
        return {
            "task": self.name,
            "source": self.golden.source,
            "start": self.golden.start,
            "figures": [vars(series) for series in self.golden.series],
            "values": self.values,
            "missing": self.missing,
        }


class Tracer:
    """Traces lessons in workers that are kept from one lesson to the next.

    Args:
        implementations: implementations that run the lessons; None for the default ones.
        data: the user's data folder or None.
        timeout: seconds that one training may take.
    """

    def __init__(
        self, implementations: tuple[str, ...] | None, data: Path | None, timeout: float = 600.0
    ):
        self.implementations, self.data = implementations, data
        self._scratch = Scratch()
        self._pool = Pool(self._scratch.path, timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with held_back():
            self._pool.close()
            self._scratch.remove()

    def trace(self, name: str, implementations: tuple[str, ...] | None = None) -> TracedLesson:
        """Run a lesson.

        Args:
            name: name of the lesson's task.
            implementations: implementations that run it, if not the tracer's.

        Raises:
            UnknownName: if there is no such lesson.
            LessonSkipped: if its data is not here; the message says how to get it.
            LessonFailed: if its data is damaged.
        """
        lessons = registry.lessons()
        registry.require("lesson", name, list(lessons))
        lesson = lessons[name]
        traced, case = TracedLesson(lesson, golden(name)), self._case(lesson.task)
        for implementation in (
            implementations or self.implementations or default_implementations(lesson)
        ):
            try:
                trained = self._train(lesson, implementation, case)
                traced.values[implementation] = [trained.values(s) for s in traced.golden.series]
                traced.trained[implementation] = trained
            except Unsupported as reason:
                traced.missing[implementation] = str(reason)
            except WorkerError as error:
                traced.missing[implementation] = str(error)
                traced.failed.append(implementation)
        return traced

    def _case(self, task: Training) -> Case[Training]:
        try:
            dataset = load_dataset(task, self.data)
        except DataMissing as error:
            raise LessonSkipped(str(error)) from error
        except DataFailed as error:
            raise LessonFailed(str(error)) from error
        arrays = get_kind(task.kind).build(task, dataset)
        # a folder of its own, since a worker may still have the files of an earlier trace open
        folder = Path(tempfile.mkdtemp(prefix=task.name, dir=self._scratch.path))
        save_arrays(arrays, folder)
        return Case(task, dataset, arrays, folder)

    def _train(
        self, lesson: Lesson, implementation: str, case: Case[Training]
    ) -> TrainedImplementation:
        if reason := _unusable(lesson, implementation):
            raise Unsupported(reason)
        worker = self._pool.worker(implementation, lesson.implementations)
        worker.ask(Host.prepare, case.task, case.folder)
        worker.ask(Host.run, case.arrays.start)
        outcome_after = cache(
            lambda steps: worker.ask(Host.outcome_after, case.task, case.folder, steps)
        )
        return TrainedImplementation(case, worker.ask(Host.outcome), outcome_after)


def default_implementations(lesson: Lesson) -> tuple[str, ...]:
    """Names of the implementations that run a lesson by default."""
    known = registry.names(lesson.implementations)
    chosen = [name for name in IMPLEMENTATIONS if name in known]
    if lesson.implementations != "frameworks":
        chosen += [name for name in known if name not in chosen]
    return tuple(chosen)


def _unusable(lesson: Lesson, implementation: str) -> str | None:
    """The reason why an implementation cannot run a lesson here, or None; found without starting it."""
    package = lesson.implementations
    if implementation not in registry.names(package):
        return f"this lesson is written in {', '.join(registry.names(package))} only"
    if implementation not in registry.implementations(lesson.task.kind, package):
        kind = registry.kind_of(implementation, package)
        return f"it runs tasks of the kind {kind}, and a lesson is the training of one model"
    return registry.missing_imports(package, implementation)
