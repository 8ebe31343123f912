"""What the reports say of each row, worked out once for the terminal, Markdown and the page."""

from dataclasses import dataclass

from benchmarks import statistics
from benchmarks.record import Record, Row
from benchmarks.roofline import Roof, roof
from benchmarks.statistics import Interval


@dataclass(frozen=True)
class Line:
    """A row with what follows from it.

    Attributes:
        row: as measured.
        speed: examples per second, or None without timings.
        rival: the fastest implementation of another library, or None.
        ratio: how many times as fast as the rival.
        compile: seconds that the first run took longer.
        break_even: epochs until it has overtaken the row that starts soonest; None if never.
        roofline: share of the ideal speed that it reaches, or None if that is not known.
    """

    row: Row
    speed: Interval | None = None
    rival: str | None = None
    ratio: Interval | None = None
    compile: float | None = None
    break_even: float | None = None
    roofline: float | None = None

    @property
    def verdict(self) -> str:
        return self.ratio.verdict() if self.ratio else ""


def lines(record: Record, task: str) -> list[Line]:
    """The rows of a task, fastest first, then those without timings."""
    rows = [row for row in record.rows if row.task == task]
    found = [_line(row, rows, task_roof(record, task, row.device)) for row in rows]
    return sorted(found, key=lambda line: -line.speed.value if line.speed else 0.0)


def task_roof(record: Record, task: str, device: str) -> Roof | None:
    """The roof of a task on a device, or None if it is not known."""
    found = record.ceilings.get("devices", {}).get(device)
    return roof(record.tasks[task], found) if found and task in record.tasks else None


def _line(row: Row, rows: list[Row], top: Roof | None) -> Line:
    if not row.seconds:
        return Line(row)
    time = statistics.median(row.seconds)
    rival = statistics.best_rival(row, rows)
    return Line(
        row,
        Interval(row.examples / time.high, row.examples / time.value, row.examples / time.low),
        rival.framework if rival else None,
        statistics.ratio(row.seconds, rival.seconds) if rival else None,
        statistics.compile_seconds(row),
        statistics.break_even(row, rows),
        top.seconds / time.value if top else None,
    )


def headline(record: Record, task: str) -> str:
    """Who is fastest, and whether that is certain."""
    timed = [line for line in lines(record, task) if line.speed]
    if not timed:
        return "Nothing was timed."
    best = timed[0]
    if best.ratio is None:
        return f"{best.row.framework} is the only library that was timed."
    if best.verdict == "cannot tell":
        return (
            f"{best.row.framework} and {best.rival} cannot be told apart: "
            f"a ratio of {interval(best.ratio)}."
        )
    return f"{best.row.framework} is the fastest, {interval(best.ratio)} times {best.rival}."


def about(record: Record, task: str) -> str:
    """What a task trains, in one line."""
    t = record.tasks.get(task)
    if t is None:
        return "not started"
    swept = t.get("sweep", {})
    models = f"{t['models']:,} models ({' x '.join(swept)}), " if swept else ""
    rate = "" if "learning_rate" in swept else f" {t['learning_rate']:g}"
    momentum = f" momentum {t['momentum']:g}" if t["momentum"] else ""
    batch = f"batches of {t['batch_size']}" if t["batch_size"] else "full batch"
    return (
        f"{models}{t['model']}, {t['examples']:,} x {t['features']:,}, {t['optimizer']}{rate}{momentum}, "
        f"{batch}, {t['epochs']} epochs, {t['steps']} steps"
    )


def devices(record: Record, task: str) -> str:
    """Which row ran where, or nothing when all ran on the CPU."""
    found: dict[str, list[str]] = {}
    for row in record.rows:
        if row.task == task and row.seconds:
            found.setdefault(row.device, []).append(row.framework)
    if set(found) <= {"cpu"}:
        return ""
    return "; ".join(f"{device}: {', '.join(names)}" for device, names in found.items()) + "."


def run_memory(record: Record, task: str) -> str:
    """What one warm run of each row adds to the memory, or nothing where that is not known."""
    added = [
        f"{row.framework} {row.ledger['run_memory'] / 2**20:.0f}"
        for row in record.rows
        if row.task == task and row.seconds and "run_memory" in row.ledger
    ]
    return f"MiB that one warm run adds: {', '.join(added)}." if added else ""


def interval(value: Interval) -> str:
    """A ratio with its interval, such as `1.93 [1.90, 1.97]`."""
    digits = 3 if value.value < 0.1 else 2 if value.value < 99.5 else 0
    return f"{value.value:.{digits}f} [{value.low:.{digits}f}, {value.high:.{digits}f}]"


def quantity(value: float) -> str:
    """A positive number with three digits and k, M, G or T, such as `14.6 M`."""
    for unit, name in ((1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= 0.9995 * unit:
            return f"{value / unit:.3g}{name}"
    return f"{value:.3g}"


def spread(value: Interval) -> str:
    """Half the interval as a percentage of the value, such as `±2%`."""
    return f"±{50 * (value.high - value.low) / value.value:.0f}%"


def peak_memory(ledger: dict[str, float]) -> str:
    """MiB: peak of the process, in brackets what the task added to it, and the peak of its GPU or TPU.

    Empty after a run that was interrupted before the memory was asked for.
    """
    mib = {name: f"{ledger[name] / 2**20:.0f}" for name in ledger if name.endswith("_memory")}
    said = mib.get("peak_memory", "")
    if "task_memory" in mib:
        said += f"({mib['task_memory']})"
    return f"{said}+{mib['device_memory']}" if "device_memory" in mib else said


def epochs(line: Line) -> str:
    """The break-even in words: a number of epochs, `at once` or `never`."""
    if line.break_even is None:
        return "never"
    return f"{line.break_even:,.0f}" if line.break_even else "at once"
