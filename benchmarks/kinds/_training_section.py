"""What the report shows of a training or a sweep: throughput, verdict, and what an answer costs."""

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np

from benchmarks.contract import Bars, Chart, Column, Count, Curve, Curves, Record, Row, Section
from benchmarks.machine.load import LoadFacts
from benchmarks.machine.roofline import Roof, roof
from benchmarks.verdicts import headlines, text
from benchmarks.verdicts.environments import environments
from benchmarks.verdicts.intervals import Interval, time_interval
from benchmarks.verdicts.noise_floor import NoiseFloor, noise_floor
from benchmarks.verdicts.rivals import (
    break_even,
    compile_seconds,
    ranked,
    times_best_rival,
    typical_seconds,
)

COLUMNS = (
    Column("implementation", left=True),
    Column("examples/s", "examples\n/s"),
    Column("95%"),
    Column("times best rival"),
    Column("verdict", left=True),
    Column("roofline", "roof\nline"),
    Column("parity", left=True),
    Column("import s", "import\ns"),
    Column("transfer s", "trans-\nfer s"),
    Column("compile s", "compile\ns"),
    Column("peak MiB", "peak MiB\n(task)"),
    Column("break-even", "break\neven"),
)

LEGEND = (
    (
        "examples/s, 95%",
        "examples processed per second in a warm, synchronised run: median of a process, mean of several, "
        "and half of the 95% interval over processes; unknown after a single one",
    ),
    (
        "times best rival",
        "how many times as fast as the fastest row of another library, with the 95% interval over "
        "processes; a verdict needs all of the interval beyond what the control differs by",
    ),
    (
        "roofline",
        "share of the ideal speed: the matrix products at the machine's fastest arithmetic, the features "
        "read at its fastest memory, whichever takes longer; below each headline stands what bounds "
        "the task",
    ),
    (
        "parity",
        "largest difference of any weight from the float64 reference after the first steps",
    ),
    (
        "import, transfer, compile",
        "seconds paid once: loading the library, placing the data, and what the first run takes longer "
        "than a warm one",
    ),
    (
        "peak MiB",
        "peak resident memory of the implementation's own process during the task, in brackets what this "
        "is above what it held before, plus the peak of its GPU or TPU",
    ),
    (
        "break-even",
        "epochs after which the row's total time, startup included, is below that of the row with the "
        "shortest startup",
    ),
)


class LossCurve(TypedDict):
    """The reference's losses, averaged to few points; `done` is the share of the steps."""

    done: list[float]
    loss: list[float]


class TrainingFacts(TypedDict):
    """What is shown of a training or a sweep, from its `describe`; 0.1 did not store all of it."""

    kind: str
    why: str
    source: str
    model: str
    examples: Count
    features: Count
    outputs: Count
    models: Count
    optimizer: str
    learning_rate: float
    momentum: float
    batch_size: int | None
    epochs: Count
    steps: Count
    sweep: dict[str, list[float]]
    x_bytes: Count
    precision: str
    curve: LossCurve
    load: LoadFacts
    seconds: float


def training_section(record: Record, task: str) -> Section:
    """The section of a training, or of a sweep."""
    facts = record.tasks.get(task, {})
    rows: Sequence[Any] = record.of_task(task)
    order, noise = ranked(rows), noise_floor(rows)
    roofs = {row.implementation: roof_of(record, row) for row in order}
    control = headlines.control(noise) if order else ""
    notes = (
        control,
        headlines.wide(order),
        _bound(order, roofs),
        headlines.devices(order),
        headlines.threads(order),
        environments(rows, noise),
        _precisions(order),
        headlines.disturbances(facts),
        headlines.run_memory(order),
    )
    return Section(
        name=task,
        about=_about(facts) if facts else "not started",
        why=facts.get("why", ""),
        source=facts.get("source", ""),
        headline=headlines.headline(order, noise) if order else "Nothing was timed.",
        notes=tuple(filter(None, notes)),
        columns=COLUMNS,
        rows=[_cells(row, rows, noise, roofs[row.implementation]) for row in order],
        reasons=headlines.reasons(rows),
        charts=_charts(order, facts),
    )


def _about(facts: dict[str, Any]) -> str:
    swept = facts.get("sweep", {})
    models = f"{facts['models']:,} models ({' x '.join(swept)}), " if swept else ""
    rate = "" if "learning_rate" in swept else f" {facts['learning_rate']:g}"
    momentum = f" momentum {facts['momentum']:g}" if facts["momentum"] else ""
    batch = f"batches of {facts['batch_size']}" if facts["batch_size"] else "full batch"
    return (
        f"{models}{facts['model']}, {facts['examples']:,} x {facts['features']:,}, "
        f"{facts['optimizer']}{rate}{momentum}, {batch}, {facts['epochs']} epochs, "
        f"{facts['steps']} steps"
    )


def _cells(row: Any, rows: Sequence[Row], noise: NoiseFloor, top: Roof | None) -> list[str]:
    speed, costs = _speed(row), row.costs
    times = times_best_rival(row, rows)
    return [
        row.implementation,
        text.quantity(speed.value),
        text.spread(speed),
        text.interval(times) if times else "no rival",
        times.verdict(noise.floor) if times else "",
        text.percent(top.seconds / typical_seconds(row) if top else None),
        f"ok {row.parity['weights']:.0e}",
        f"{costs['import']:.2f}",
        f"{costs['transfer']:.2f}",
        f"{compile_seconds(row):.2f}",
        text.peak_memory(costs),
        text.epochs(break_even(row, rows, row.epochs)),
    ]


def _speed(row: Any) -> Interval:
    """Examples per second; after a single process nothing is known of how much they vary."""
    time = time_interval(row.seconds_by_process)
    high = row.examples / time.low if time.low > 0 else np.inf
    return Interval(row.examples / time.high, row.examples / time.value, high)


def roof_of(record: Record, row: Row) -> Roof | None:
    """The least time of a row's task on its device, or None if that is not known."""
    found, facts = record.ceilings.get("devices", {}).get(row.device), record.tasks.get(row.task)
    return roof(facts, found) if found and facts else None


def _bound(ranked: Sequence[Any], roofs: dict[str, Roof | None]) -> str:
    """What bounds a task where its fastest row ran, and the ideal; empty if not known."""
    top = roofs[ranked[0].implementation] if ranked else None
    if top is None:
        return ""
    examples = ranked[0].examples
    ideal = text.quantity(examples / top.seconds)
    if top.bound != "launch" or top.launch is None:
        return f"Bound by {top.bound}: ideally {ideal} examples/s."
    each = text.quantity(examples / (top.launch * top.seconds / top.step))
    return (
        f"Bound by launches: a step is {text.microseconds(top.step)} of {top.limit}, a launch takes "
        f"{text.microseconds(top.launch)}. Ideally {ideal} examples/s; {each} with a launch for every "
        "step."
    )


def _precisions(ranked: Sequence[Any]) -> str:
    """What products are computed in, as the probe found; empty if it was not asked."""
    found: dict[str, list[str]] = {}
    for row in ranked:
        found.setdefault(row.precision, []).append(row.implementation)
    found.pop("", None)  # results of earlier versions, which did not ask
    if set(found) <= {"float32"}:
        return "All products are in float32." if found else ""
    each = [f"{precision}: {', '.join(names)}" for precision, names in found.items()]
    return f"Products are in {'; '.join(each)}."


def _charts(ranked: Sequence[Any], facts: dict[str, Any]) -> tuple[Chart, ...]:
    if not ranked or "curve" not in facts:
        return ()
    speeds = [_speed(row) for row in ranked]
    curve = list(zip(facts["curve"]["done"], facts["curve"]["loss"], strict=False))
    loss = [value for _, value in curve]
    throughput = Bars(
        caption="Median throughput; whiskers are 95% intervals over processes.",
        xlabel="examples per second, warm",
        labels=[row.implementation for row in ranked],
        libraries=[row.library for row in ranked],
        values=[speed.value for speed in speeds],
        # without an interval there are no whiskers
        low=[s.low if np.isfinite(s.high) else s.value for s in speeds],
        high=[s.high if np.isfinite(s.high) else s.value for s in speeds],
    )
    # One loss curve serves for all, because parity has shown that they go through the same parameters.
    losses = Curves(
        caption="Training loss over time; the curve of losses is the same for all.",
        xlabel="time of training, warm",
        ylabel="training loss",
        curves=[
            Curve(
                row.implementation,
                row.library,
                [typical_seconds(row) * done for done, _ in curve],
                loss,
            )
            for row in ranked
        ],
        log_y=bool(loss) and min(loss) > 0 and max(loss) > 5 * min(loss),
    )
    return throughput, losses
