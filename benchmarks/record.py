"""What is kept of a run: environment, tasks and rows as plain data, in one file.

pytest-benchmark's JSON is where a finished run lives, with the record under the key `logreg_jax`.
Until it is written, the record alone lies in `partial.json`, brought up to date after every task, so
that nothing measured is lost whatever ends the run.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Dataset, Problem, Task

KEY = "logreg_jax"
FINISHED, PARTIAL = "benchmark.json", "partial.json"
CURVE_POINTS = 20  # enough to see the shape; each is a mean, because single batches are noisy


@dataclass
class Row:
    """What is known of one implementation on one task. Everything is plain data, ready for JSON.

    Attributes:
        task, framework, library, device: who.
        status: "ok"; "parity failed" and "failed" have no times; "skipped" was never tried; "not
            reached" is a solve that did not get to its target.
        reason: why the status is not "ok"; of a solve also why its curve ends.
        seconds: one per round; of a solve those in which it got to its target.
        examples, epochs: work of one round.
        ledger: seconds and bytes by name; see `docs/protocol.md`.
        parity: differences from the reference by name.
        scores: quality of the trained model by name; of a solve its smallest gap.
        curve: of a solve, its points from loose to tight; see `curves.py`.
    """

    task: str
    framework: str
    library: str = ""
    device: str = ""
    status: Literal["ok", "parity failed", "failed", "skipped", "not reached"] = "ok"
    reason: str = ""
    seconds: list[float] = field(default_factory=list)
    examples: int = 0
    epochs: int = 0
    ledger: dict[str, float] = field(default_factory=dict)
    parity: dict[str, float] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    curve: list[dict[str, Any]] = field(default_factory=list)

    def explanation(self) -> str:
        """Why there is no time, in one line."""
        said = self.reason.startswith(self.status)
        return self.reason if said else f"{self.status}: {self.reason}"


@dataclass
class Record:
    """A run.

    Attributes:
        environment: from `environment.fingerprint`.
        command: what the user typed.
        started: ISO 8601, UTC.
        tasks: what each task was, by name; see `describe` and `describe_training`.
        rows: one per task and implementation.
        ceilings: from `ceilings.measure`; empty in records that were made without.
    """

    environment: dict[str, Any]
    command: str
    started: str
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    ceilings: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return asdict(self)

    def save_partial(self, folder: Path) -> None:
        """Replace `partial.json` in one step."""
        write_atomically(folder / PARTIAL, json.dumps(self.as_dict(), indent=1))


def load(folder: Path) -> Record:
    """The record in a results folder.

    Raises:
        FileNotFoundError: if there is none.
    """
    for name in (FINISHED, PARTIAL):
        path = folder / name
        if path.exists() and path.stat().st_size:
            data = json.loads(path.read_text())
            data = data.get(KEY, data)
            return Record(**{**data, "rows": [Row(**row) for row in data["rows"]]})
    raise FileNotFoundError(
        f"got {folder}, which holds no results; expected {FINISHED} or {PARTIAL} in it. "
        "`python -m benchmarks run` makes such a folder below results/."
    )


def describe(task: Task | SolveTask, dataset: Dataset, problem: Problem) -> dict[str, Any]:
    """A task as the report shows it."""
    return {
        **asdict(task),
        "kind": task.kind,
        "source": dataset.source,
        "models": task.models,
        "examples": problem.x.shape[-2],
        "features": problem.x.shape[-1],
        "outputs": len(problem.bias),
    }


def describe_training(
    task: Task, dataset: Dataset, problem: Problem, losses: np.ndarray
) -> dict[str, Any]:
    """A training as the report shows it, with the reference's loss curve averaged to few points.

    The curve of a sweep is the mean over its models.
    """
    losses = losses.reshape(-1, losses.shape[-1]).mean(axis=0)
    parts = np.array_split(losses, min(CURVE_POINTS, len(losses)))
    ends = np.cumsum([len(part) for part in parts])
    return {
        **describe(task, dataset, problem),
        "x_bytes": problem.x.nbytes,
        "steps": problem.steps,
        "curve": {
            "done": [float(end / problem.steps) for end in ends],
            "loss": [float(part.mean()) for part in parts],
        },
    }


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.replace(path)
