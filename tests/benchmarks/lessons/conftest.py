"""One set of workers for all tests of lessons."""

import os
from pathlib import Path

import pytest

from benchmarks.lessons.tracing import Tracer


@pytest.fixture(scope="session")
def data():
    """The user's data folder, or None."""
    folder = os.environ.get("LOGREG_JAX_DATA")
    return Path(folder).resolve() if folder else None


@pytest.fixture(scope="session")
def tracer(data):
    """A tracer whose workers stay for the whole session."""
    with Tracer(None, data) as tracer:
        yield tracer
