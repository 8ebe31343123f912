"""`report.html` is self-contained, escapes its text, and shows all parts of a section."""

import re

import pytest

from benchmarks.report.page import page
from tests.benchmarks.report.toys import NOTHING, ToyKind, record

LESSON = {
    "name": "line", "title": "A line", "text": "Fits <a> line.", "start": "zero", "source": "seed 0",
    "verdict": "the printed digits; implementations agree to 6 digits",
    "columns": ["at", "figure", "tutorial", "jax_scan", "largest difference"],
    "rows": [["step 0", "loss", "0.5", "0.5", "0e+00"]], "missing": {"tf_xla": "needs tensorflow"},
    "pictures": [{"name": "loss_curve", "caption": "The loss.", "svg": "<svg/>"}],
    "code": [{"title": "JAX", "path": "jax.py", "text": "a < b"}],
}  # fmt: skip


@pytest.mark.usefixtures("kinds")
def test_the_page_is_self_contained_and_escapes():
    text = page(record({"toy": "sort"}), [])
    assert text.count("<svg") == 2
    assert not re.search(r"(src|href)=\"(?!#)", text.replace('xlink:href="#', 'href="#'))
    assert "url(http" not in text
    assert "a &lt;toy&gt;" in text
    assert 'name="viewport"' in text
    assert "Some CPU" in text


@pytest.mark.usefixtures("kinds")
def test_each_kind_and_each_task_can_be_linked_to():
    text = page(record({"a": "sort", "b": "other"}), [LESSON])
    links = set(re.findall(r'<a href="#([^"]+)"', text))
    assert links == {"sort", "a", "other", "b", "lessons", "lesson-line", "machine"}
    assert links <= set(re.findall(r'id="([^"]+)"', text))


@pytest.mark.usefixtures("kinds")
def test_ids_of_pictures_do_not_clash():
    ids = re.findall(r'id="(m[0-9a-f]{10})"', page(record({"a": "sort", "b": "other"}), []))
    assert ids
    assert len(ids) == len(set(ids))


def test_a_page_without_times_has_reasons(kinds):
    kinds["sort"] = ToyKind("Sorted", NOTHING)
    text = page(record({"toy": "sort"}), [])
    assert "Nothing was timed." in text
    assert "SIGKILL" in text
    assert "<svg" not in text
    assert "<table>" not in text


@pytest.mark.usefixtures("kinds")
def test_a_lesson_is_shown_with_its_code():
    text = page(record({}), [LESSON])
    for part in ("Fits &lt;a&gt; line.", "the printed digits", "needs tensorflow", "<svg/>",
                 "<pre>a &lt; b</pre>"):  # fmt: skip
        assert part in text


@pytest.mark.usefixtures("kinds")
def test_lessons_that_were_kept_without_code_are_shown_without():
    old = {key: value for key, value in LESSON.items() if key != "code"}
    gone = {"name": "pima", "title": "Pima", "text": "Diabetes.", "skipped": "needs a file"}
    text = page(record({}), [old, gone])
    assert "<pre>" not in text
    assert "the printed digits" in text
    assert "<b>skipped</b>: needs a file" in text
