"""The interval that is used covers; the protocol says of all of them what the stored simulation found."""

import json
import re

import pytest

from benchmarks.ablations import coverage
from benchmarks.ablations.coverage import METHODS, Setting
from benchmarks.registry import ROOT

STORED = json.loads((ROOT / "docs" / "results" / "coverage.json").read_text())["settings"]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()


def percents(values):
    """The lowest and the highest of some shares, as the protocol writes them."""
    return f"{100 * min(values):.1f}% to {100 * max(values):.1f}%"


def line(beginning):
    """The cells of a table's line in the protocol, without the first."""
    return re.search(rf"^\| {re.escape(beginning)}.*?\| (.*) \|$", PROTOCOL, re.M)[1].split(" | ")


def test_the_interval_that_is_used_covers_in_every_setting():
    assert len(STORED) == 30
    assert all(0.90 <= found["coverage"]["student"] <= 0.98 for found in STORED)


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("student", "Student's t"),
        ("mixed_model", "mixed model"),
        ("hierarchical_bootstrap", "hierarchical bootstrap"),
        ("block_bootstrap", "bootstrap of blocks"),
        ("pooled_bootstrap", "bootstrap of all rounds"),
    ],
)
def test_the_protocol_has_the_stored_coverage(name, beginning):
    assert line(beginning) == [
        percents([found["coverage"][name] for found in STORED if found["blocks"] == blocks])
        for blocks in (3, 5)
    ]


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("control", "beyond the control's"),
        ("row", "whatever the control shows |"),
        ("uncorrected", "whatever the control shows, without"),
    ],
)
def test_the_protocol_has_the_stored_false_verdicts(name, beginning):
    assert line(beginning.removesuffix(" |")) == [
        percents([found["false_verdicts"][rivals][name] for found in STORED]) for rivals in "15"
    ]


def test_what_was_stored_is_what_the_simulation_finds():
    """Student's t again, in one setting, and the method that the suite had before."""
    stored = next(f for f in STORED if (f["between"], f["blocks"], f["rounds"]) == (0.03, 5, 10))
    setting = Setting(between=0.03, blocks=5, rounds=10)
    assert coverage.coverage(coverage.student, setting, 1000) == stored["coverage"]["student"]
    assert coverage.coverage(coverage.pooled_bootstrap, setting, 100) < 0.8
    assert coverage.false_verdicts(setting, 6, 10_000) == stored["false_verdicts"]["5"]
    assert coverage.found(setting, 0.1, 10_000) == stored["slowdown_of_10_percent_found"]


def test_every_method_is_in_the_stored_simulation():
    assert [method.__name__ for method in METHODS] == list(STORED[0]["coverage"])
