"""What each command does, once its arguments are known."""

import json
import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from benchmarks import registry, results
from benchmarks.contract import Record
from benchmarks.environments import choose_environments
from benchmarks.exit_status import CannotRun, ExitStatus, NotStored
from benchmarks.lessons import saved, table
from benchmarks.lessons.attempts import Attempt, attempt
from benchmarks.lessons.tracing import IMPLEMENTATIONS, Tracer
from benchmarks.options import budget_seconds, existing_data_folder, out_folder
from benchmarks.registry import UnknownName
from benchmarks.report import files, terminal
from benchmarks.report.changes import pull_request
from benchmarks.report.lessons_file import save_lessons
from benchmarks.report.progress import progress
from benchmarks.results import NoResults
from benchmarks.resuming import unfinished_run
from benchmarks.selection import Selection, choose_implementations, choose_pairs
from benchmarks.semantics.asking import ask_all
from benchmarks.semantics.files import ANSWERS, TABLES, save_answers
from benchmarks.semantics.table import tables
from benchmarks.session import Session, failed, measured
from benchmarks.storage.results_folder import PAGE, SUMMARY
from benchmarks.stored_record import Damaged
from benchmarks.verdicts.changes import Verdict, changes
from benchmarks.verdicts.same_work import other_machine
from benchmarks.workers.variables import worker_variables


def log(text: str) -> None:
    """Report progress, where it does not mix with results."""
    print(text, file=sys.stderr, flush=True)


def run(chosen: Namespace, typed: Sequence[str]) -> int:
    """Measure, then trace the lessons, print the tables and write the report."""
    done: Record | None = None
    if chosen.resume is not None:
        chosen, done = _resumed(chosen)
    selection = Selection(
        pairs=choose_pairs(chosen.task, chosen.implementation, chosen.quick),
        quick=chosen.quick,
        data=existing_data_folder(chosen.data_dir),
        out=out_folder(chosen.out),
        timeout=chosen.timeout,
        command=f"python -m benchmarks {shlex.join(typed)}",
        load_limit=chosen.load_limit,
        seconds=budget_seconds(chosen.budget, chosen.quick),
        environments=choose_environments(chosen.python, chosen.environment),
    )
    told = progress()
    with Session(selection, told, done) as session:
        try:
            with told:
                session.run()
        except BaseException:
            session.keep()
            raise
        else:
            session.finish()
        finally:
            _show(session)
        # a whole run ends with the lessons; a failed row is no reason to leave them out
        is_whole = not (chosen.task or chosen.quick)
        agree = _trace_lessons(chosen.implementation, session) if is_whole else True
    rows = session.record.rows
    if not measured(rows):
        log("nothing was measured: every row was skipped, for the reasons above")
        return ExitStatus.FAILED
    return ExitStatus.DONE if agree and not failed(rows) else ExitStatus.FAILED


def _resumed(typed: Namespace) -> tuple[Namespace, Record]:
    """The options of the run in the folder of --resume, and what it has finished."""
    folder = Path(typed.resume).expanduser().resolve()
    run = unfinished_run(folder, typed)
    if run.damaged:
        log(f"{run.damaged}\nWhat it held is measured again.")
    log(f"resuming {folder}; finished: {', '.join(run.record.tasks) or 'nothing'}")
    run.options.out, run.options.budget = str(folder), typed.budget or run.options.budget
    return run.options, run.record


def _show(session: Session) -> None:
    """The tables, and where the results are; after an interruption those of what was measured."""
    folder = session.folder
    if session.record.rows:
        terminal.show(session.record)
    if folder.is_written:
        print(f"results: {folder.path}")
    elif not measured(session.record.rows):
        log("\nnothing was stored: nothing had been measured")
    if folder.earlier is not None:
        print(f"the results that were there before: {folder.earlier}")


def _trace_lessons(asked_for: Sequence[str], session: Session) -> bool:
    """Trace the lessons whose data is here and add them to the report; whether all agree.

    Args:
        asked_for: names of implementations, all that run lessons if empty.
        session: the run, whose workers are not needed any more.
    """
    chosen = tuple(name for name in IMPLEMENTATIONS if name in asked_for)
    if asked_for and not chosen:
        return True
    session.context.pool.close()
    selection, kept = session.selection, []
    agree = True
    try:
        with Tracer(chosen or None, selection.data, selection.timeout) as tracer:
            for name in registry.lessons():
                tried = _trace(tracer, name)
                kept.append(
                    saved.lesson(tried.traced)
                    if tried.traced
                    else saved.skipped(name, tried.reason)
                )
                agree = agree and not tried.has_failed
                print(tried.line())
                with session.folder.writing() as folder:
                    save_lessons(kept, folder)
    finally:
        if kept:
            with session.folder.writing() as folder:
                files.write(session.record, folder)
    return agree


def trace(chosen: Namespace, typed: Sequence[str]) -> int:
    """Run lessons and show the printed figures beside every implementation's; 1 if one differs."""
    names = list(registry.lessons())
    if chosen.lesson is None and not chosen.all:
        raise UnknownName(f"got no lesson; expected --all or one of {', '.join(names)}")
    if chosen.lesson is not None:
        registry.require("lesson", chosen.lesson, names)
    given = choose_implementations(chosen.implementation) if chosen.implementation else None
    every: list[Attempt] = []
    with Tracer(given, existing_data_folder(chosen.data_dir)) as tracer:
        for name in names if chosen.all else [chosen.lesson]:
            every.append(_trace(tracer, name))
            if every[-1].traced and not chosen.json:
                table.show_lesson(every[-1].traced)
    if chosen.json:
        print(json.dumps([tried.traced.as_dict() for tried in every if tried.traced], indent=1))
    for tried in every:
        if tried.traced is None:
            print(tried.line(), file=sys.stderr if chosen.json else sys.stdout)
        elif chosen.all and not chosen.json:
            print(tried.line())
    if not any(tried.has_values for tried in every):
        log("nothing was run, for the reasons above")
        return ExitStatus.FAILED
    return ExitStatus.FAILED if any(tried.has_failed for tried in every) else ExitStatus.DONE


def _trace(tracer: Tracer, name: str) -> Attempt:
    log(f"tracing {name}")
    return attempt(tracer, name)


def report(chosen: Namespace, typed: Sequence[str]) -> int:
    """Make summary and page again, from stored results."""
    found = results.read(chosen.folder)
    if found.damaged:
        log(f"{found.damaged}\nThis is the report of what is intact in {found.path}.")
    try:
        pages = files.pages(found.record, chosen.folder)
    except Damaged as reason:
        raise NoResults(f"{found.path} {reason}. Restore it from a copy, or run again.") from None
    terminal.show(found.record)
    try:
        files.write_pages(pages, chosen.folder)
    except OSError as error:
        raise NotStored(
            f"{chosen.folder} cannot be written ({error.strerror or error}): make room on its disk, or "
            "copy the folder to where you can write"
        ) from None
    print(f"wrote {SUMMARY} and {PAGE} to {chosen.folder}")
    return ExitStatus.DONE


def compare(chosen: Namespace, typed: Sequence[str]) -> int:
    """Print what became of each row of a run in a later one; 1 if a row is slower or lost its time."""
    before, now = results.load(chosen.before), results.load(chosen.now)
    if different := other_machine(before, now):
        raise CannotRun(
            f"got runs of different machines: {different}. Expected two runs of the same one; measure the "
            "older commit here, into another folder."
        )
    found = changes(before, now)
    if chosen.markdown:
        print(pull_request(before, now, found), end="")
    else:
        terminal.show_comparison(found)
    if not any(change.times or change.verdict is Verdict.LOST for change in found):
        log("nothing could be compared, for the reasons above")
        return ExitStatus.CANNOT_RUN
    worse = {Verdict.SLOWER, Verdict.LOST}
    return ExitStatus.FAILED if worse & {c.verdict for c in found} else ExitStatus.DONE


def semantics(chosen: Namespace, typed: Sequence[str]) -> int:
    """Run each library's own optimisers, and print and store what they mean; 1 if none could be asked."""
    log("running each library's optimisers; this takes some 20 seconds")
    found = ask_all(worker_variables)
    print(tables(found))
    folder = out_folder(chosen.out)
    try:
        save_answers(found, folder)
    except OSError as error:
        raise NotStored(
            f"{folder} cannot be written ({error.strerror or error}): name another folder with --out"
        ) from None
    print(f"\nwrote {ANSWERS} and {TABLES} to {folder}")
    return ExitStatus.DONE if found["libraries"] else ExitStatus.FAILED
