"""What the report shows of a solve: seconds to each certified gap, and how they compare."""

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np

from benchmarks.contract import Chart, Column, Count, Curve, Curves, Record, Row, Section, Status
from benchmarks.machine.load import LoadFacts
from benchmarks.proof.tolerance_sweep import fastest, smallest_gap
from benchmarks.verdicts import headlines, text
from benchmarks.verdicts.environments import environments
from benchmarks.verdicts.noise_floor import NoiseFloor, noise_floor
from benchmarks.verdicts.rivals import times_best_rival, typical_seconds

GAPS = (1e-2, 1e-4, 1e-6, 1e-8)

ABOUT = (
    "Every solver starts from zero at one tolerance after the other; the gap of what it returns, "
    "(loss - minimum) / minimum, is bounded in float64 by the same judge for all. Seconds are of warm "
    'solves: the median of a process, the mean of several. "Own claim" are seconds with the required gap '
    'as the tolerance, where that is what a solver says it reaches. "Best gap" is the smallest that a row '
    'reached. "Cold s" are seconds from the start of a process to the required gap: import, transfer, '
    "compilation and the warm solve."
)

COLUMNS = (
    Column("implementation", left=True),
    *(Column(f"s to {gap:.0e}", f"s to\n{gap:.0e}") for gap in GAPS),
    Column("times best rival"),
    Column("verdict", left=True),
    Column("own claim", "own\nclaim"),
    Column("best gap", "best\ngap"),
    Column("cold s", "cold\ns"),
    Column("peak MiB", "peak MiB\n(task)"),
)

LEGEND = (
    ("s to 1e-06", "seconds of a warm solve whose result has at most this relative gap"),
    (
        "times best rival",
        "the fastest rival's time to the required gap, divided by this row's; a rival is a row of "
        "another library",
    ),
    (
        "own claim",
        "seconds of a warm solve with the required gap as the tolerance, for solvers whose "
        'tolerance is the relative gap; "wrong" if the judge does not agree',
    ),
    ("best gap", "the smallest certified gap that the row reached"),
    ("cold s", "seconds from the start of a process to the required gap"),
    (
        "peak MiB",
        "peak resident memory of the implementation's own process, in brackets what the task added",
    ),
)


class SolveFacts(TypedDict):
    """What is shown of a solve, from its `describe`."""

    kind: str
    why: str
    source: str
    model: str
    examples: Count
    features: Count
    models: Count
    l2: float
    l1: float
    required_gap: float
    sweep: dict[str, list[float]]
    load: LoadFacts
    seconds: float


def solve_section(record: Record, task: str) -> Section:
    """The section of a solve."""
    facts = record.tasks.get(task, {})
    rows: Sequence[Any] = record.of_task(task)
    shown = (row for row in rows if row.points and not row.is_control)
    ranked = [row for row in shown if row.status is not Status.FAILED]
    ranked.sort(key=lambda r: (typical_seconds(r) if r.seconds else np.inf, smallest_gap(r.points)))
    noise = noise_floor(rows)
    return Section(
        name=task,
        about=_about(facts) if facts else "not started",
        why=facts.get("why", ""),
        source=facts.get("source", ""),
        headline=_headline(ranked, noise, facts),
        notes=_notes([row for row in ranked if row.seconds], noise, facts),
        columns=COLUMNS,
        rows=[_cells(row, rows, noise, facts) for row in ranked],
        reasons=headlines.reasons(rows),
        charts=_charts(ranked, facts),
    )


def _about(facts: dict[str, Any]) -> str:
    swept = facts["sweep"]
    models = f"{facts['models']:,} models ({' x '.join(swept)}), " if swept else ""
    l2 = "" if "l2" in swept or not facts["l2"] else f", l2 {facts['l2']:g}"
    l1 = f", l1 {facts['l1']:g}" if facts["l1"] else ""
    return (
        f"{models}{facts['model']}, {facts['examples']:,} x {facts['features']:,}{l2}{l1}, "
        f"required gap {facts['required_gap']:.0e}"
    )


def _headline(ranked: Sequence[Any], noise: NoiseFloor, facts: dict[str, Any]) -> str:
    if not facts:
        return "Nothing was timed."
    reached = [row for row in ranked if row.seconds]
    if not reached:
        return f"No implementation got to {facts['required_gap']:.0e}."
    took = f"{typical_seconds(reached[0]):.3g} s to {facts['required_gap']:.0e}"
    return headlines.headline(reached, noise, took)


def _notes(timed: Sequence[Row], noise: NoiseFloor, facts: dict[str, Any]) -> tuple[str, ...]:
    control = headlines.control(noise) if timed else ""
    notes = (
        control,
        headlines.wide(timed),
        headlines.devices(timed),
        headlines.threads(timed),
        environments(timed, noise),
        headlines.disturbances(facts),
    )
    return tuple(filter(None, notes))


def _cells(row: Any, rows: Sequence[Row], noise: NoiseFloor, facts: dict[str, Any]) -> list[str]:
    points = [fastest(row.points, gap) for gap in GAPS]
    times = times_best_rival(row, rows) if row.seconds else None
    return [
        row.implementation,
        *(f"{point.typical:.3g}" if point else "never" for point in points),
        text.interval(times) if times else "no rival" if row.seconds else "not reached",
        times.verdict(noise.floor) if times else "",
        _claim(row, facts),
        f"{smallest_gap(row.points):.0e}",
        f"{cold_seconds(row):.2f}" if row.seconds else "",
        text.peak_memory(row.costs),
    ]


def _claim(row: Any, facts: dict[str, Any]) -> str:
    """Seconds until a solver says that it is at the required gap; empty if it says nothing of gaps."""
    point = row.claimed(facts["required_gap"]) if facts else None
    if point is None or point.rounds in ([], [point.first]):
        return ""
    return f"{point.typical:.3g}" if point.gap <= facts["required_gap"] else "wrong"


def cold_seconds(row: Any) -> float:
    """From the start of a process to the required gap: imports, data, compilation and the solve itself.

    Compilation is what the first runs took longer than warm ones, at the chosen point and at the looser
    ones before it, which may have compiled what it uses. They were made with the usual number of threads.
    """
    gain = row.costs.get("threads_gain", 1.0)
    compiled = sum(max(0.0, p.first - gain * p.typical) for p in row.points[: row.chosen + 1])
    startup = row.costs["import"] + row.costs["transfer"]
    return float(startup + compiled + typical_seconds(row))


def _charts(ranked: Sequence[Any], facts: dict[str, Any]) -> tuple[Chart, ...]:
    timed = {row.implementation: [p for p in row.points if p.blocks] for row in ranked}
    curves = [
        Curve(
            row.implementation,
            row.library,
            [point.typical for point in timed[row.implementation]],
            [point.gap for point in timed[row.implementation]],
        )
        for row in ranked
        if timed[row.implementation]
    ]
    if not curves or not facts:
        return ()
    return (
        Curves(
            caption="A point for each tolerance; the dashed line is the required gap.",
            xlabel="time of a solve, warm",
            ylabel="certified relative gap",
            curves=curves,
            log_y=True,
            threshold=facts["required_gap"],
        ),
    )
