"""A value from a file is what it should be, or the message says where it is not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, TypedDict

import pytest

from benchmarks.contract import Count, Seconds
from benchmarks.storage.typed import mismatch


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Point:
    kind: ClassVar[str] = "point"
    x: float
    label: str = ""
    rounds: list[Seconds] = field(default_factory=list)


class Facts(TypedDict):
    size: Count
    pair: tuple[float, str]
    colour: Colour
    points: dict[str, Sequence[Point]]
    limit: int | None
    anything: Any


GOOD = [
    {},
    {"size": 1, "pair": [0.5, "s"], "colour": "red", "limit": None, "anything": object()},
    {"points": {"a": [{"x": 1}, {"x": 1.5, "label": "l", "rounds": [0.1]}]}, "limit": 3},
    {"unknown": 1},
]

BAD = [
    ([], "got facts []; expected a mapping"),
    ({"size": 0}, "got facts.size 0; expected a number that is finite and above 0"),
    ({"size": 1.5}, "got facts.size 1.5; expected an integer"),
    ({"size": True}, "got facts.size True; expected an integer"),
    ({"pair": [0.5]}, "got facts.pair [0.5]; expected a list of 2"),
    ({"pair": ["s", 0.5]}, "got facts.pair[0] 's'; expected a number"),
    ({"colour": "green"}, "got facts.colour 'green'; expected one of red, blue"),
    ({"colour": ["red"]}, "got facts.colour ['red']; expected one of red, blue"),
    ({"limit": "3"}, "got facts.limit '3'; expected an integer"),
    ({"points": []}, "got facts.points []; expected a mapping"),
    ({"points": {"a": {}}}, "got facts.points.a {}; expected a list"),
    ({"points": {"a": [None]}}, "got facts.points.a[0] None; expected a mapping"),
    ({"points": {"a": [{}]}}, "got facts.points.a[0] without 'x'"),
    ({"points": {"a": [{"x": 1, "kind": "k"}]}}, "'kind' that this version does not know"),
    ({"points": {"a": [{"x": "1"}]}}, "got facts.points.a[0].x '1'; expected a number"),
    ({"points": {"a": [{"x": 1, "label": 2 * ["long " * 20]}]}}, "...; expected a string"),
    ({"points": {"a": [{"x": 1, "rounds": [float("nan")]}]}}, "rounds[0] nan; expected a number"),
    ({"points": {"a": [{"x": 1, "rounds": [float("inf")]}]}}, "rounds[0] inf; expected a number"),
    ({"points": {"a": [{"x": 1, "rounds": [-1.0]}]}}, "rounds[0] -1.0; expected a number"),
]


@pytest.mark.parametrize("value", GOOD)
def test_what_is_right_passes(value):
    assert mismatch(value, Facts, "facts") is None


@pytest.mark.parametrize(("value", "message"), BAD)
def test_what_is_wrong_is_named_with_its_place(value, message):
    found = mismatch(value, Facts, "facts")
    assert found is not None
    assert message in found
    assert len(found) < 120
