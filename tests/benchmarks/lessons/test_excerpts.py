"""The code that readers see is the code that runs."""

from pathlib import Path

import pytest

from benchmarks import registry
from benchmarks.lessons.excerpts import BATCHES, TRAINING, Excerpt, excerpts, source
from benchmarks.registry import ROOT

LESSONS = registry.lessons()


@pytest.mark.parametrize("excerpt", [*TRAINING, *BATCHES], ids=lambda e: e.title)
def test_an_excerpt_is_cut_out_of_its_file(excerpt):
    lines = source(excerpt).splitlines()
    file = [line.strip() for line in (ROOT / excerpt.path).read_text().splitlines()]
    start = file.index(lines[0].strip())
    assert [line.strip() for line in lines] == file[start : start + len(lines)]
    assert 4 <= len(lines) <= 45


def test_a_function_that_no_longer_exists_is_an_error():
    with pytest.raises(LookupError, match="no longer_there"):
        source(Excerpt("x", Path("benchmarks/lessons/tracing.py"), "longer_there"))


def test_a_lesson_with_batches_shows_how_they_are_made():
    titles = {name: [e["title"] for e in excerpts(lesson)] for name, lesson in LESSONS.items()}
    assert "TensorFlow, the pipeline" in titles["birth_life_minibatch"]
    assert "TensorFlow, the pipeline" not in titles["two_gaussians"]


def test_a_lesson_with_implementations_of_its_own_shows_them():
    lesson = LESSONS["two_gaussians_custom_gradient"]
    shown = {e["title"]: e["text"] for e in excerpts(lesson)}
    assert sorted(shown) == registry.names(lesson.implementations)
    for name, text in shown.items():
        assert text in registry_file(lesson.implementations, name).read_text()
        assert len(text.splitlines()) <= 80


def registry_file(package: str, name: str) -> Path:
    (path,) = (ROOT / "benchmarks" / Path(*package.split("."))).rglob(f"{name}.py")
    return path
