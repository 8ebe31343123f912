"""The installed libraries still mean what is stored; what cannot be asked has a reason."""

import json
from math import isclose

import pytest

from benchmarks import registry
from benchmarks.registry import ROOT
from benchmarks.semantics import asking
from benchmarks.semantics.files import ANSWERS
from benchmarks.workers.variables import worker_variables

STORED = json.loads((ROOT / "docs/results/amd-epyc-2-core" / ANSWERS).read_text())
FILES = {"keras": "keras", "optax": "optax", "sklearn": "scikit-learn", "tensorflow": "tensorflow",
         "torch": "torch"}  # fmt: skip


def test_every_library_is_stored():
    assert registry.names(asking.FOLDER) == sorted(FILES)
    assert [each["library"] for each in STORED["libraries"]] == list(FILES.values())
    assert STORED["missing"] == {}


@pytest.mark.parametrize(
    "name",
    # Keras is asked through TensorFlow, which takes five seconds to start
    [pytest.param(name, marks=[pytest.mark.long] if name == "keras" else []) for name in FILES],
)
def test_the_installed_library_means_what_is_stored(name):
    if reason := registry.missing_imports(asking.FOLDER, name):
        pytest.skip(reason)
    found = asking.ask(name, worker_variables)["answers"]
    (stored,) = (s["answers"] for s in STORED["libraries"] if s["library"] == FILES[name])
    said = lambda answers: [(a["optimizer"], a["question"], a["answer"]) for a in answers]
    assert said(found) == said(stored)
    for now, then in zip(found, stored, strict=True):
        if then["observed"] is not None:
            assert isclose(now["observed"], then["observed"], rel_tol=1e-4), now


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(asking.registry, "names", lambda folder: ["optax"])
    monkeypatch.setattr(asking.registry, "missing_imports", lambda *_: "needs optax")
    assert asking.ask_all(worker_variables) == {
        "libraries": [],
        "missing": {"optax": "needs optax"},
    }
