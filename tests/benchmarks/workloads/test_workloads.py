"""Every task has the reason for its numbers, and every lesson has implementations that run it."""

from collections import Counter

import pytest

from benchmarks import registry
from benchmarks.contract import Lesson, Task

WORKLOADS = registry.names("workloads")


def lessons_of(name):
    return getattr(registry.load("workloads", name), "LESSONS", ())


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_task_gives_the_reason_for_its_numbers(name):
    tasks = registry.load("workloads", name).TASKS
    assert tasks
    for task in (*tasks, *(lesson.task for lesson in lessons_of(name))):
        assert isinstance(task, Task)
        assert len(task.why) > 20
        assert task.dataset in registry.names("datasets")
        assert task.kind in registry.names("kinds")


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_lesson_trains_one_of_the_tasks_or_brings_its_own_implementations(name):
    tasks = registry.load("workloads", name).TASKS
    for lesson in lessons_of(name):
        assert isinstance(lesson, Lesson)
        assert (lesson.task in tasks) == (lesson.implementations == "frameworks")
        assert registry.names(lesson.implementations)


def test_a_name_is_a_task_of_one_workload():
    modules = [registry.load("workloads", name) for name in WORKLOADS]
    tasks = {id(t): t for m in modules for t in m.TASKS}
    tasks |= {id(lesson.task): lesson.task for name in WORKLOADS for lesson in lessons_of(name)}
    assert {n for n, count in Counter(t.name for t in tasks.values()).items() if count > 1} == set()


@pytest.mark.parametrize("name", registry.tasks())
def test_a_quick_form_is_a_smaller_task_of_the_same_name(name):
    task = registry.tasks()[name]
    quick = task.quick_form()
    if quick is not None:
        assert (quick.name, quick.kind, quick.dataset) == (task.name, task.kind, task.dataset)
        assert getattr(quick, "epochs", 0) <= getattr(task, "epochs", 0)
