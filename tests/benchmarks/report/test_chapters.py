"""A chapter for each kind, a section for each task, in the order of the run."""

import pytest

from benchmarks.report.chapters import chapters
from tests.benchmarks.report.toys import ToyRow, record

pytestmark = pytest.mark.usefixtures("kinds")


def test_kinds_come_in_the_order_in_which_their_first_task_was_run():
    found = chapters(record({"b": "other", "a": "sort", "c": "other"}))
    assert [chapter.title for chapter in found] == ["Others", "Sorted"]
    assert [s.name for s in found[0].sections] == ["b", "c"]


def test_a_task_that_was_not_started_belongs_to_the_kind_of_its_rows():
    found = chapters(record({"a": "sort"}, ToyRow("late", "jax_scan")))
    by_kind = {chapter.kind: [s.name for s in chapter.sections] for chapter in found}
    assert by_kind == {"other": ["late"], "sort": ["a"]}


def test_a_run_without_tasks_has_no_chapters():
    assert chapters(record({})) == []
