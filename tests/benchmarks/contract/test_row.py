"""A row is plain data and back; its status is a `Status`, also if it comes from a file."""

import json
from dataclasses import dataclass

import pytest

from benchmarks.contract import Row, Status


@dataclass
class ToyRow(Row):
    kind = "toy"


def test_a_row_survives_json():
    row = ToyRow("t", "jax_scan", "jax", "cpu", Status.OK, costs={"first": 1.5})
    plain = json.loads(json.dumps(row.as_dict()))
    assert plain.pop("kind") == "toy"
    assert ToyRow(**plain) == row


def test_a_status_is_one_of_the_known_ones():
    assert ToyRow("t", "jax_scan", status="parity failed").status is Status.PARITY_FAILED
    with pytest.raises(ValueError, match="sort of ok"):
        ToyRow("t", "jax_scan", status="sort of ok")


def test_a_failed_row_explains_itself():
    row = ToyRow("t", "jax_scan", status=Status.OK)
    row.fail("killed")
    assert row.status is Status.FAILED
    assert row.explanation() == "failed: killed"
