"""What was found, as Markdown: `semantics.md`, and what the command prints."""

from typing import Any

TITLES = {
    "sgd": "SGD",
    "adam": "Adam",
    "adamw": "AdamW",
    "losses": "Losses: how three examples become one number",
}

PREFACE = """\
# What optimisers mean in each library

Two optimisers of one name need not take the same steps. Each entry was found by running the
library's own optimiser on a problem with one parameter, whose outcome is different for each
meaning: Adam with a gradient of 1e-8, say, moves half as far if an epsilon of 1e-8 is added after
the bias correction, and a thirtieth if before. `benchmarks/semantics/questions.py` has the
problems. A default is the value that, passed by name, gives the same steps as leaving it out. g is
a gradient, w the parameter, v the velocity, a the learning rate.

`python -m benchmarks semantics` makes this page."""


def semantics_page(found: dict[str, Any]) -> str:
    """A page with the tables and what they mean.

    Args:
        found: as `asking.ask_all` returns it.
    """
    return f"{PREFACE}\n\n{tables(found)}\n"


def tables(found: dict[str, Any]) -> str:
    """A table for each optimiser, with a column for each library that has it."""
    blocks = []
    for optimizer, title in TITLES.items():
        columns = _columns(found["libraries"], optimizer)
        if columns:
            make = _list if optimizer == "losses" else _table
            blocks += [f"## {title}", make(columns)]
    blocks += [f"Not asked: {name}, {reason}." for name, reason in found["missing"].items()]
    return "\n\n".join(blocks)


Columns = dict[str, dict[str, str]]
"""Answers by question, by library."""


def _columns(libraries: list[dict[str, Any]], optimizer: str) -> Columns:
    found: Columns = {}
    for library in libraries:
        own = [a for a in library["answers"] if a["optimizer"] == optimizer]
        if own:
            name = f"{library['library']} {library['version']}"
            found[name] = {a["question"]: a["answer"] for a in own}
    return found


def _table(columns: Columns) -> str:
    questions = dict.fromkeys(question for answers in columns.values() for question in answers)
    lines = [_line(["", *columns]), _line(["---"] * (len(columns) + 1))]
    for question in questions:
        lines.append(_line([question, *(own.get(question, "") for own in columns.values())]))
    return "\n".join(lines)


def _list(columns: Columns) -> str:
    lines = [_line(["", "loss", "reduction by default"]), _line(["---"] * 3)]
    for library, own in columns.items():
        lines += [_line([library, question, answer]) for question, answer in own.items()]
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
