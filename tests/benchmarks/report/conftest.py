"""Two kinds in place of those of the suite."""

import pytest

from benchmarks.report import chapters
from tests.benchmarks.report.toys import ToyKind


@pytest.fixture
def kinds(monkeypatch):
    """The kinds by name; a test may replace them."""
    found = {"sort": ToyKind("Sorted"), "other": ToyKind("Others")}
    monkeypatch.setattr(chapters, "get_kind", found.__getitem__)
    return found
