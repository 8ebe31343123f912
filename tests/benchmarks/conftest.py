"""What tests of the suite share."""

import pytest

from benchmarks.workers import host


@pytest.fixture
def no_warm_up(monkeypatch):
    """Collecting garbage, warming up and batches are right in a worker, and slow in a test."""
    monkeypatch.setattr(host.gc, "collect", lambda: 0)
    monkeypatch.setattr(host, "WARM_UP", 0.0)
    monkeypatch.setattr(host, "BATCH", 0.0)
