"""The table: in the terminal, and as Markdown."""

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.record import Record
from benchmarks.report.bounds import bound, ceilings, percent
from benchmarks.report.lines import (
    Line,
    about,
    devices,
    epochs,
    headline,
    interval,
    lines,
    quantity,
    spread,
)

WIDTH = 120

COLUMNS = (
    "implementation", "examples/s", "95%", "times best rival", "verdict", "roofline",
    "parity", "import s", "transfer s", "compile s", "peak MiB", "break-even",
)  # fmt: skip

# In the terminal, so that the table fits: a column is no wider than what it holds.
HEADERS = {
    "examples/s": "examples\n/s", "roofline": "roof\nline", "import s": "import\ns",
    "transfer s": "trans-\nfer s", "compile s": "compile\ns", "peak MiB": "peak MiB\n(task)",
    "break-even": "break\neven",
}  # fmt: skip


def show(record: Record) -> None:
    """Print a table per task to the terminal."""
    console = Console(width=WIDTH, highlight=False)
    for task in tasks(record):
        timed = [line for line in lines(record, task) if line.speed]
        console.print(f"{task}: {about(record, task)}", style="bold")
        if timed:
            console.print(_table(timed))
        console.print(headline(record, task), bound(record, task), devices(record, task))
        for reason, names in reasons(record, task):
            console.print(f"{', '.join(names)}: {reason}", markup=False)
        console.print()
    console.print(f"ceilings: {'; '.join(ceilings(record))}", markup=False)


def _table(timed: list[Line]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=0)
    for column in COLUMNS:
        left = column in ("implementation", "verdict", "parity")
        justify = "left" if left else "right"
        table.add_column(HEADERS.get(column, column), justify=justify, no_wrap=True)
    for line in timed:
        table.add_row(*cells(line))
    return table


def markdown(record: Record) -> str:
    """The same as a Markdown document, with the machine."""
    e = record.environment
    versions = ", ".join(f"{name} {version}" for name, version in e["versions"].items())
    machine = ", ".join([f"{e['cores']} cores of {e['cpu']}", f"{e['memory_gib']} GiB", *e["gpus"]])
    text = [
        "# Benchmark",
        f"{machine}; {e['system']}; Python {e['python']}; {versions}. Measured {record.started} at "
        f"commit {e['commit']} by `{record.command}`.",
        'Examples per second are medians with half a 95% bootstrap interval. "Times best rival" is '
        "how many times as fast a row is as the fastest row of another library, with its interval. "
        "Break-even is in epochs, against the row that starts soonest. Roofline is the share of the "
        "speed that the machine's arithmetic and memory allow.",
        f"Ceilings: {'; '.join(ceilings(record))}.",
    ]
    for task in tasks(record):
        said = (headline(record, task), bound(record, task), devices(record, task))
        text += [f"## {task}", " ".join([f"{about(record, task)}.", *filter(None, said)])]
        rows = [cells(line) for line in lines(record, task) if line.speed]
        if rows:
            rule = ["---"] + ["---:"] * (len(COLUMNS) - 1)
            text.append("\n".join("| " + " | ".join(row) + " |" for row in (COLUMNS, rule, *rows)))
        for reason, names in reasons(record, task):
            text.append(f"{', '.join(f'`{name}`' for name in names)}: {reason}")
    return "\n\n".join(text) + "\n"


def tasks(record: Record) -> list[str]:
    """Task names in the order they were run."""
    return list(dict.fromkeys(row.task for row in record.rows))


def cells(line: Line) -> list[str]:
    """A timed row, column by column."""
    ledger = line.row.ledger
    return [
        line.row.framework,
        quantity(line.speed.value),
        spread(line.speed),
        interval(line.ratio) if line.ratio else "no rival",
        line.verdict,
        percent(line),
        f"ok {line.row.parity['weights']:.0e}",
        f"{ledger['import']:.2f}",
        f"{ledger['transfer']:.2f}",
        f"{line.compile:.2f}",
        _memory(ledger),
        epochs(line),
    ]


def _memory(ledger: dict[str, float]) -> str:
    """Peak of the process, in brackets what the task added to it, and the peak of its GPU or TPU.

    Empty after a run that was interrupted before the memory was asked for.
    """
    mib = {name: f"{ledger[name] / 2**20:.0f}" for name in ledger if name.endswith("_memory")}
    said = mib.get("peak_memory", "")
    if "task_memory" in mib:
        said += f"({mib['task_memory']})"
    return f"{said}+{mib['device_memory']}" if "device_memory" in mib else said


def reasons(record: Record, task: str) -> list[tuple[str, list[str]]]:
    """Why rows have no timings: reason and implementations, a reason once."""
    grouped: dict[str, list[str]] = {}
    for line in lines(record, task):
        if not line.speed:
            grouped.setdefault(line.row.explanation(), []).append(line.row.framework)
    return list(grouped.items())
