"""The table: in the terminal, and as Markdown."""

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.record import Record
from benchmarks.report import convergence
from benchmarks.report.bounds import bound, ceilings, percent
from benchmarks.report.lines import (
    Line,
    about,
    devices,
    epochs,
    headline,
    interval,
    lines,
    peak_memory,
    quantity,
    run_memory,
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
            console.print(_table(COLUMNS, HEADERS, [cells(line) for line in timed]))
        console.print(headline(record, task), bound(record, task), devices(record, task))
        for reason, names in reasons(record, task):
            console.print(f"{', '.join(names)}: {reason}", markup=False)
        console.print()
    for task in convergence.solves(record):
        _show_solve(console, record, task)
    console.print(f"ceilings: {'; '.join(ceilings(record))}", markup=False)


def _show_solve(console: Console, record: Record, task: str) -> None:
    console.print(f"{task}: {convergence.about(record.tasks[task])}", style="bold")
    if rows := convergence.ranked(record, task):
        table = [convergence.cells(row, rows) for row in rows]
        console.print(_table(convergence.COLUMNS, convergence.HEADERS, table))
    console.print(convergence.headline(record, task))
    for reason, names in convergence.reasons(record, task):
        console.print(f"{', '.join(names)}: {reason}", markup=False)
    console.print()


def _table(columns: tuple[str, ...], headers: dict[str, str], rows: list[list[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=0)
    for column in columns:
        left = column in ("implementation", "verdict", "parity")
        justify = "left" if left else "right"
        table.add_column(headers.get(column, column), justify=justify, no_wrap=True)
    for row in rows:
        table.add_row(*row)
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
        said = (f(record, task) for f in (headline, bound, devices, run_memory))
        text += [f"## {task}", " ".join([f"{about(record, task)}.", *filter(None, said)])]
        rows = [cells(line) for line in lines(record, task) if line.speed]
        text += _markdown_table(COLUMNS, rows) + _markdown_reasons(reasons(record, task))
    if convergence.solves(record):
        text += ["# Convergence", convergence.ABOUT]
    for task in convergence.solves(record):
        said = f"{convergence.about(record.tasks[task])}. {convergence.headline(record, task)}"
        rows = convergence.ranked(record, task)
        text += [f"## {task}", said]
        text += _markdown_table(
            convergence.COLUMNS, [convergence.cells(row, rows) for row in rows]
        ) + _markdown_reasons(convergence.reasons(record, task))
    return "\n\n".join(text) + "\n"


def _markdown_table(columns: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    rule = ["---"] + ["---:"] * (len(columns) - 1)
    lines = ("| " + " | ".join(row) + " |" for row in (columns, rule, *rows))
    return ["\n".join(lines)] if rows else []


def _markdown_reasons(found: list[tuple[str, list[str]]]) -> list[str]:
    return [f"{', '.join(f'`{name}`' for name in names)}: {reason}" for reason, names in found]


def tasks(record: Record) -> list[str]:
    """Names of the trainings, and of what was not started, in the order they were run."""
    solved = convergence.solves(record)
    return [name for name in dict.fromkeys(row.task for row in record.rows) if name not in solved]


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
        peak_memory(ledger),
        epochs(line),
    ]


def reasons(record: Record, task: str) -> list[tuple[str, list[str]]]:
    """Why rows have no timings: reason and implementations, a reason once."""
    grouped: dict[str, list[str]] = {}
    for line in lines(record, task):
        if not line.speed:
            grouped.setdefault(line.row.explanation(), []).append(line.row.framework)
    return list(grouped.items())
