"""Results of earlier versions in today's words, so that what was measured then can still be shown."""

from typing import Any, TypedDict

from benchmarks import registry


class OldFacts(TypedDict):
    """What is read of a task of version 0.1."""

    kind: str
    sweep: dict[str, Any]


class OldRow(TypedDict):
    """What is read of a row of version 0.1 before it is a row of today's."""

    task: str
    framework: str
    status: str
    reason: str
    curve: list[dict[str, Any]]


def upgraded(record: dict[str, Any]) -> dict[str, Any]:
    """A stored record as this version would have stored it; today's come back unchanged."""
    if all("kind" in row for row in record["rows"]):
        rows = [_in_blocks(row) for row in record["rows"]]
        is_todays = all(new is old for new, old in zip(rows, record["rows"], strict=True))
        return record if is_todays else {**record, "rows": rows}
    tasks = {name: _task(facts) for name, facts in record["tasks"].items()}
    rows = [_row(row, tasks) for row in record["rows"]]
    return {**record, "tasks": tasks, "rows": rows}


def _task(facts: dict[str, Any]) -> dict[str, Any]:
    facts = dict(facts)
    if "target" in facts:
        facts["required_gap"] = facts.pop("target")
    if "kind" not in facts:
        facts["kind"] = "sweep" if facts.get("sweep") else "training"
    return facts


def _row(row: dict[str, Any], tasks: dict[str, Any]) -> dict[str, Any]:
    kind = tasks[row["task"]]["kind"] if row["task"] in tasks else _kind_of_idle(row["framework"])
    common = {
        "kind": kind,
        "task": row["task"],
        "implementation": row["framework"],
        "library": row["library"],
        "device": row["device"],
        "status": row["status"],
        "reason": row["reason"].removeprefix(f"{row['status']} "),
        "costs": row["ledger"],
    }
    # a kind that there never was is refused with its name, when it is looked for
    return common | FIELDS.get(kind, _training_fields)(row)


def _in_blocks(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose rounds, or those of its points, were timed in one process, which was not said."""
    if "rounds" in row and "blocks" not in row:
        own = {name: value for name, value in row.items() if name != "rounds"}
        return own | {"blocks": _one_process(row["rounds"])}
    points = row.get("points")
    if not isinstance(points, list) or not any(
        isinstance(point, dict) and "rounds" in point for point in points
    ):
        return row
    return {**row, "points": [_in_blocks(p) if isinstance(p, dict) else p for p in points]}


def _one_process(rounds: Any) -> list[Any]:
    return [rounds] if rounds else []


def _kind_of_idle(implementation: str) -> str:
    """What a row is of whose task was not started: what its implementation is for, if it still exists."""
    try:
        return registry.kind_of(implementation)
    except registry.UnknownName:
        return "training"


def _training_fields(row: dict[str, Any]) -> dict[str, Any]:
    same = ("examples", "epochs", "parity", "scores")
    return {"blocks": _one_process(row["seconds"]), **{name: row[name] for name in same}}


def _solve_fields(row: dict[str, Any]) -> dict[str, Any]:
    points = [
        {
            **{name: point[name] for name in ("tol", "first", "loss", "gap")},
            "blocks": _one_process(point["seconds"]),
        }
        for point in row["curve"]
    ]
    # what decided was marked by its seconds
    decided = _one_process(row["seconds"])
    chosen = next((i for i, p in enumerate(points) if p["blocks"] == decided), None)
    return {"points": points, "end": row["reason"], "chosen": chosen if row["seconds"] else None}


FIELDS = {"training": _training_fields, "sweep": _training_fields, "solve": _solve_fields}
"""What rows of each kind that version 0.1 knew have of their own."""
