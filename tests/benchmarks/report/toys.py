"""Kinds with a fixed section, and records of tasks of these kinds."""

from dataclasses import dataclass, replace

from benchmarks.contract import Bars, Column, Curve, Curves, Record, Row, Section

COLUMNS = (
    Column("implementation", left=True),
    Column("examples/s", narrow="examples\n/s"),
    Column("verdict", left=True),
)

BARS = Bars(
    caption="Median throughput.",
    xlabel="examples per second",
    labels=["jax_scan", "torch_compile"],
    libraries=["jax", "torch"],
    values=[952_000.0, 322_000.0],
    low=[920_000.0, 310_000.0],
    high=[1_000_000.0, 330_000.0],
)

CURVES = Curves(
    caption="A point for each tolerance.",
    xlabel="time of a solve",
    ylabel="certified relative gap",
    curves=[
        Curve("jax_solve", "jax", [0.01, 0.02], [1e-2, 1e-7]),
        Curve("sklearn_saga", "scikit-learn", [0.1, 0.5], [0.3, 3e-7]),
    ],
    log_y=True,
    threshold=1e-6,
)

SECTION = Section(
    name="toy",
    about="softmax, 1,000 x 20, adam 0.01",
    why="a <toy>",
    source="seed 0",
    headline="jax_scan is the fastest, 2.95 [2.80, 3.10] times torch_compile.",
    notes=("Bound by arithmetic.", "MiB that one warm run adds: jax_scan 2."),
    columns=COLUMNS,
    rows=[["jax_scan", "952 k", "faster"], ["torch_compile", "322 k", "slower"]],
    reasons=[
        ("skipped: needs tensorflow", ["tf_xla", "keras_fit"]),
        ("failed: ended by [bold]SIGKILL[/bold]", ["tf_eager"]),
    ],
    charts=(BARS, CURVES),
)

NOTHING = replace(SECTION, headline="Nothing was timed.", notes=(), rows=[], charts=())


@dataclass(frozen=True)
class ToyKind:
    """A kind that shows every task as `section`."""

    title: str
    shown: Section = SECTION
    about: str = "What is measured, and how."
    legend: tuple[tuple[str, str], ...] = (("examples/s", "median of the rounds"),)

    def section(self, record: Record, name: str) -> Section:
        return replace(self.shown, name=name)


class ToyRow(Row):
    kind = "other"


def record(tasks: dict[str, str], *rows: Row) -> Record:
    """A run of tasks, given with their kinds."""
    environment = {
        "cpu": "Some CPU", "cores": 2, "memory_gib": 8.0, "gpus": [], "system": "Linux",
        "python": "3.11", "versions": {"jax": "0.10"}, "variables": {}, "commit": "abc",
    }  # fmt: skip
    started = {name: {"kind": kind} for name, kind in tasks.items()}
    return Record(environment, "pytest", "2026-01-01T00:00:00", started, list(rows))
