"""A lesson's table: the figures that its tutorial printed, and what each framework gives for them."""

import json
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import discover
from benchmarks.figures import Figure, Run
from benchmarks.measure import Pool
from benchmarks.problem import build, save
from benchmarks.process import ROOT, WorkerError
from benchmarks.spec import Dataset, Problem, Task
from benchmarks.worker import Session

GOLDEN = ROOT / "tests" / "golden"

FRAMEWORKS = (
    "numpy_float64", "jax_step", "jax_scan", "tf_eager", "tf_xla", "keras_fit",
    "torch_eager", "torch_compile",
)  # fmt: skip
"""Who runs a lesson when nothing else is asked for: each library in its eager and its compiled mode."""


@dataclass
class Trace:
    """A lesson, traced.

    Attributes:
        task: name of the task.
        source, start: where the printed figures are from, and what was started from.
        figures: what the tutorial printed.
        values: by framework, one list per figure; None where the framework does not give it.
        missing: by framework, why it gives nothing at all.
        runs: what ran, by framework, for pictures.
    """

    task: str
    source: str
    start: str
    figures: list[Figure]
    values: dict[str, list[list[float | None]]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON, without the runs."""
        figures = [vars(figure) for figure in self.figures]
        return {"task": self.task, "source": self.source, "start": self.start, "figures": figures,
                "values": self.values, "missing": self.missing}  # fmt: skip


def printed(task: str) -> Trace:
    """The figures of a lesson, before anybody has run it."""
    data = json.loads((GOLDEN / f"{task}.json").read_text())
    figures = [
        Figure(**{**f, "at": tuple(f["at"]), "printed": tuple(f["printed"])})
        for f in data["figures"]
    ]
    return Trace(task, data["source"], data["start"], figures)


class Tracer:
    """Traces lessons in workers that stay from one lesson to the next.

    Args:
        frameworks: who runs them.
        data: the user's data folder or None.
        timeout: seconds that one training may take.
    """

    def __init__(self, frameworks: tuple[str, ...], data: Path | None, timeout: float = 600.0):
        self.frameworks, self.data = frameworks, data
        self._scratch = tempfile.TemporaryDirectory(prefix="logreg_jax.")
        self._pool = Pool(Path(self._scratch.name), timeout)

    def __enter__(self) -> "Tracer":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()
        self._scratch.cleanup()

    def trace(self, name: str, frameworks: tuple[str, ...] | None = None) -> Trace:
        """Run a lesson.

        Args:
            name: of the task.
            frameworks: who runs it, if not all.

        Raises:
            FileNotFoundError: if its data is missing; says how to get it.
        """
        task, result = discover.tasks()[name], printed(name)
        dataset = discover.load("datasets", task.dataset).load(self.data, **task.options)
        problem = build(task, dataset)
        # a folder of its own, since a worker may still have the files of an earlier trace open
        folder = Path(tempfile.mkdtemp(prefix=name, dir=self._scratch.name))
        save(problem, folder)
        for framework in frameworks or self.frameworks:
            try:
                run = self._run(framework, task, dataset, problem, folder)
                result.values[framework] = [run.values(figure) for figure in result.figures]
                result.runs[framework] = run
            except (WorkerError, NotImplementedError) as error:
                result.missing[framework] = str(error)
        return result

    def _run(
        self, framework: str, task: Task, dataset: Dataset, problem: Problem, folder: Path
    ) -> Run:
        reason = discover.missing_imports("frameworks", framework)
        kind = discover.kind(framework)
        if kind != task.kind:
            reason = f"it is for {kind} tasks, and a lesson is the training of one model"
        if reason is None:
            worker, _ = self._pool.worker(framework)
            reason = worker.ask(Session.unsupported, task)
        if reason is not None:
            raise NotImplementedError(reason)
        worker.ask(Session.prepare, task, folder)
        worker.ask(Session.run)
        rehearse = cache(lambda steps: worker.ask(Session.rehearse, task, folder, steps))
        return Run(task, dataset, problem, worker.ask(Session.outcome), rehearse)
