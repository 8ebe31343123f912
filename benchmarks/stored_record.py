"""A record from JSON, checked and made into rows: what no run wrote is refused, with its place."""

from collections.abc import Mapping
from typing import Any, TypedDict

from benchmarks.contract import Record, Row
from benchmarks.kinds import get_kind
from benchmarks.machine.ceilings import Ceilings
from benchmarks.machine.fingerprint import Environment
from benchmarks.registry import UnknownName
from benchmarks.storage.typed import mismatch
from benchmarks.upgrade import OldFacts, OldRow, upgraded


class Damaged(Exception):
    """What a file holds is not what a run wrote; the message goes after the file's name."""


class Outline(TypedDict):
    """What records of all versions have in common."""

    environment: Environment
    command: str
    started: str
    tasks: dict[str, dict[str, Any]]
    rows: list[dict[str, Any]]


class Ceiled(TypedDict):
    """What only newer records have."""

    ceilings: Ceilings


class JsonObject(dict[str, Any]):
    """A mapping from a file. Asked for a name that it lacks, it says so in a reader's words.

    Attributes:
        where: what the mapping is.
    """

    where = "the record"

    def __missing__(self, name: str) -> Any:
        raise Damaged(f"is not complete: {self.where} has no {name!r}")


def record_of(data: Any) -> Record:
    """The record of a run of any version.

    Raises:
        Damaged: if it is not one. A name that a report needs and the record lacks raises it later, when
            it is asked for.
    """
    outline = _named(data if isinstance(data, dict) else {}, "the record")
    for wanted in (Outline, Ceiled):
        _require(mismatch(data, wanted, "the record"))
    for name in Outline.__required_keys__:
        if name not in outline:
            raise Damaged(f"is no record of a run: it has no {name!r}")
    _require_old_rows(outline)
    current = _named(upgraded(outline), "the record")
    rows = [_row(fields, f"row {number}") for number, fields in enumerate(current["rows"], 1)]
    for name, facts in current["tasks"].items():
        _require(mismatch(facts, _kind(facts, f"task {name}").facts, f"task {name}"))
    _require_one_kind(current["tasks"], rows)
    names = (*Outline.__required_keys__, *Ceiled.__required_keys__)
    return Record(**{**{n: current[n] for n in names if n in current}, "rows": rows})


def _require_old_rows(outline: Mapping[str, Any]) -> None:
    """Check what is about to be upgraded, if it is of version 0.1."""
    if all("kind" in row for row in outline["rows"]):
        return
    for name, facts in outline["tasks"].items():
        _require(mismatch(facts, OldFacts, f"task {name}"))
    for number, row in enumerate(outline["rows"], 1):
        _require(mismatch(row, OldRow, f"row {number}"))


def _row(fields: dict[str, Any], where: str) -> Row:
    row_type = _kind(fields, where).row_type
    own = {name: value for name, value in fields.items() if name != "kind"}
    _require(mismatch(own, row_type, where))
    try:
        row: Row = row_type(**own)
    except ValueError as error:  # what the fields say together cannot be
        raise Damaged(f"has {where}: {error}") from None
    for name, value in vars(row).items():
        if isinstance(value, dict) and not isinstance(value, JsonObject):
            setattr(row, name, _named(value, f"{where}.{name}"))  # a default
    return row


def _kind(fields: dict[str, Any], where: str) -> Any:
    try:
        return get_kind(str(fields["kind"]))
    except UnknownName:
        raise Damaged(
            f"has {where} of the kind {fields['kind']!r}, which this version does not know"
        ) from None


def _require_one_kind(tasks: Mapping[str, Any], rows: list[Row]) -> None:
    kinds = {name: facts["kind"] for name, facts in tasks.items()}
    for row in rows:
        if kinds.setdefault(row.task, row.kind) != row.kind:
            raise Damaged(f"has rows of two kinds for the task {row.task}")


def _require(wrong: str | None) -> None:
    if wrong is not None:
        raise Damaged(f"is not what a run wrote: {wrong}")


def _named(value: Any, where: str) -> Any:
    """The same data with mappings that know what they are."""
    if isinstance(value, list):
        return [_named(item, f"{where}[{number}]") for number, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    found = JsonObject({name: _named(item, f"{where}.{name}") for name, item in value.items()})
    found.where = where
    return found
