"""Values from a JSON file, held against the types that they should have."""

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from benchmarks.contract import ABOVE_ZERO


def mismatch(value: Any, expected: Any, where: str) -> str | None:
    """What is wrong with a value, or None.

    Args:
        value: plain data, as `json.loads` returns it.
        expected: a type: of plain values, lists and mappings, unions, a TypedDict or a dataclass. The
            fields of a TypedDict may be absent, those of a dataclass only if they have a default;
            a dataclass has no others.
        where: what the value is, for the message.
    """
    origin, arguments = get_origin(expected), get_args(expected)
    if expected is Any:
        return None
    if origin is Annotated:
        wrong = mismatch(value, arguments[0], where)
        if wrong is None and not (math.isfinite(value) and value > 0):
            return f"got {where} {value!r}; expected a number that is {ABOVE_ZERO}"
        return wrong
    if origin in (Union, UnionType):
        found = [mismatch(value, each, where) for each in arguments]
        return None if None in found else found[0]
    if origin is tuple:
        if not isinstance(value, list) or len(value) != len(arguments):
            return _not_a(f"list of {len(arguments)}", value, where)
        pairs = zip(value, arguments, strict=True)
        return _first(mismatch(item, each, f"{where}[{i}]") for i, (item, each) in enumerate(pairs))
    if origin in (list, Sequence):
        if not isinstance(value, list):
            return _not_a("list", value, where)
        return _first(mismatch(item, arguments[0], f"{where}[{i}]") for i, item in enumerate(value))
    if origin in (dict, Mapping):
        if not isinstance(value, dict):
            return _not_a("mapping", value, where)
        return _first(
            mismatch(item, arguments[1], f"{where}.{name}") for name, item in value.items()
        )
    if is_typeddict(expected) or dataclasses.is_dataclass(expected):
        return _fields_mismatch(value, expected, where)
    return None if _is_a(value, expected) else _not_a(_name(expected), value, where)


def _fields_mismatch(value: Any, expected: Any, where: str) -> str | None:
    if not isinstance(value, dict):
        return _not_a("mapping", value, where)
    types = get_type_hints(expected, include_extras=True)
    if dataclasses.is_dataclass(expected):
        fields = {field.name: field for field in dataclasses.fields(expected)}
        for name in value:
            if name not in fields:
                return f"got {where} with a field {name!r} that this version does not know"
        for name, field in fields.items():
            if name not in value and _is_required(field):
                return f"got {where} without {name!r}"
    return _first(
        mismatch(value[name], each, f"{where}.{name}")
        for name, each in types.items()
        if name in value
    )


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _is_a(value: Any, expected: type) -> bool:
    if isinstance(value, bool):
        return expected is bool
    if expected is float:
        return isinstance(value, int | float)
    if issubclass(expected, StrEnum):
        return value in list(expected)
    return isinstance(value, expected)


def _name(expected: type) -> str:
    if issubclass(expected, StrEnum):
        return f"one of {', '.join(expected)}"
    return {str: "string", float: "number", int: "integer", type(None): "null"}.get(
        expected, expected.__name__
    )


def _not_a(name: str, value: Any, where: str) -> str:
    text = repr(value)
    return f"got {where} {text if len(text) <= 40 else text[:37] + '...'}; expected {_with_article(name)}"


def _with_article(name: str) -> str:
    if name.startswith("one of ") or name == "null":
        return name
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def _first(found: Iterable[str | None]) -> str | None:
    return next((wrong for wrong in found if wrong is not None), None)
