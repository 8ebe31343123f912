"""What each command does, once its arguments are known."""

import json
import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from functools import partial
from typing import Any

from benchmarks import registry, results
from benchmarks.contract import Task
from benchmarks.lessons import saved, table
from benchmarks.lessons.agreement import comparisons, verdict
from benchmarks.lessons.tracing import IMPLEMENTATIONS, LessonSkipped, TracedLesson, Tracer
from benchmarks.options import data_folder, out_folder
from benchmarks.registry import UnknownName
from benchmarks.report import files, terminal
from benchmarks.report.lessons_file import save_lessons
from benchmarks.selection import Selection, choose_implementations, choose_pairs
from benchmarks.session import Session, failed

log = partial(print, file=sys.stderr, flush=True)
"""Progress goes where it does not mix with results."""


def list_all(chosen: Namespace, typed: Sequence[str]) -> int:
    """Tasks, data sets, implementations and solvers; what is missing, and why."""
    root, taught = data_folder(chosen.data_dir), registry.lessons()
    print("tasks")
    for task in registry.tasks().values():
        print(f"  {task.name:30} {_described(task)}{', a lesson' * (task.name in taught)}")
    print("lessons with implementations of their own")
    for lesson in taught.values():
        if lesson.task.name not in registry.tasks():
            print(f"  {lesson.task.name:30} {_described(lesson.task)}")
    print("data sets")
    for name in registry.names("datasets"):
        missing = registry.missing_imports("datasets", name)
        print(f"  {name:24} {missing or registry.load('datasets', name).missing(root) or 'here'}")
    print("implementations")
    for name in registry.names("frameworks"):
        missing = registry.missing_imports("frameworks", name)
        print(f"  {name:24} {registry.kind_of(name):9} {missing or 'here'}")
    print("solvers, as in logreg_jax.LBFGS()")
    for name in registry.solvers():
        print(f"  {name}")
    return 0


def _described(task: Task) -> str:
    models = f", {task.models:,} models" if task.models > 1 else ""
    requirement = f", {task.requirement}" if task.requirement else ""
    quick = ", also quick" if task.quick_form() is not None else ""
    needs = ", needs a GPU unless asked for by name" if task.accelerator else ""
    return f"{task.kind}: {task.model} on {task.dataset}{models}{requirement}{quick}{needs}"


def run(chosen: Namespace, typed: Sequence[str]) -> int:
    """Measure, then trace the lessons, print the tables and write the report."""
    selection = Selection(
        pairs=choose_pairs(chosen.task, chosen.implementation, chosen.quick),
        quick=chosen.quick,
        data=data_folder(chosen.data_dir),
        out=out_folder(chosen.out),
        timeout=chosen.timeout,
        command=f"python -m benchmarks {shlex.join(typed)}",
    )
    with Session(selection, log) as session:
        try:
            session.run()
            session.finish()
        except KeyboardInterrupt:
            session.write_pages()
            raise
        finally:
            terminal.show(session.record)
            print(f"results: {selection.out}")
    measured = not failed(session.record.rows)
    # only a whole run has the lessons; a failed row is no reason to leave them out
    agree = True if chosen.task else _trace_lessons(chosen.implementation, selection)
    return int(not (measured and agree))


def _trace_lessons(asked_for: Sequence[str], selection: Selection) -> bool:
    """Trace the lessons whose data is here and add them to the report; whether all agree.

    Args:
        asked_for: names of implementations, all that run lessons if empty.
        selection: of the run.
    """
    chosen = tuple(name for name in IMPLEMENTATIONS if name in asked_for)
    if asked_for and not chosen:
        return True
    kept: list[dict[str, Any]] = []
    agree = True
    with Tracer(chosen or None, selection.data, selection.timeout) as tracer:
        for name, lesson in registry.lessons().items():
            if selection.quick and not lesson.small:
                continue
            traced, reason = _try(tracer, name)
            kept.append(saved.lesson(traced) if traced else saved.skipped(name, reason))
            agree = agree and (traced is None or _agrees(traced))
            print(f"{name}: {verdict(traced) if traced else f'skipped: {reason}'}")
            save_lessons(kept, selection.out)
    files.write(results.load(selection.out), selection.out)
    return agree


def trace(chosen: Namespace, typed: Sequence[str]) -> int:
    """Run lessons and show the printed figures beside every implementation's; 1 if one differs."""
    names = list(registry.lessons())
    if chosen.lesson is None and not chosen.all:
        raise UnknownName(f"got no lesson; expected --all or one of {', '.join(names)}")
    if chosen.lesson is not None:
        registry.require("lesson", chosen.lesson, names)
    given = choose_implementations(chosen.implementation) if chosen.implementation else None
    traced: dict[str, tuple[TracedLesson | None, str]] = {}
    with Tracer(given, data_folder(chosen.data_dir)) as tracer:
        for name in names if chosen.all else [chosen.lesson]:
            found, reason = traced[name] = _try(tracer, name)
            if found and not chosen.json:
                table.show_lesson(found)
    done = [found for found, _ in traced.values() if found]
    if chosen.json:
        print(json.dumps([found.as_dict() for found in done], indent=1))
    for name, (found, reason) in traced.items():
        if found is None:
            print(f"{name}: skipped: {reason}", file=sys.stderr if chosen.json else sys.stdout)
        elif chosen.all and not chosen.json:
            print(f"{name}: {verdict(found)}")
    return 0 if done and all(map(_agrees, done)) else 1


def _try(tracer: Tracer, name: str) -> tuple[TracedLesson | None, str]:
    """A traced lesson, or None and the reason."""
    log(f"tracing {name}")
    try:
        return tracer.trace(name), ""
    except LessonSkipped as reason:
        return None, str(reason)


def _agrees(traced: TracedLesson) -> bool:
    return all(comparison.agrees for comparison in comparisons(traced))


def report(chosen: Namespace, typed: Sequence[str]) -> int:
    """Make summary and page again, from stored results."""
    found = results.load(chosen.folder)
    files.write(found, chosen.folder)
    terminal.show(found)
    print(f"wrote summary.md and report.html to {chosen.folder}")
    return 0
