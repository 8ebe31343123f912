"""`python -m benchmarks list | run | trace | report`."""

import argparse
import json
import sys
from pathlib import Path

import pytest

from benchmarks import discover, record
from benchmarks.agreement import comparisons, verdict
from benchmarks.process import ROOT
from benchmarks.report import lessons, trace_table
from benchmarks.report.files import write
from benchmarks.report.summary import show
from benchmarks.suite import choose_frameworks, data_folder, default_out
from benchmarks.trace import FRAMEWORKS, Trace, Tracer


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser(
        "list", help="tasks, data sets, frameworks, solvers; what is missing"
    )
    listing.add_argument("--data-dir", help="where data sets lie; default: LOGREG_JAX_DATA")
    run = commands.add_parser("run", help="measure, print the table, write the report")
    run.add_argument("--quick", action="store_true", help="short runs on embedded data")
    run.add_argument("--task", action="append", default=[], help="only this task; repeatable")
    run.add_argument("--framework", action="append", default=[], help="only this one; repeatable")
    run.add_argument("--data-dir", help="where data sets lie; default: LOGREG_JAX_DATA")
    run.add_argument("--out", help="folder of the results; default: results/<time>-<host>")
    run.add_argument("--timeout", type=float, default=600, help="seconds one training may take")
    trace = commands.add_parser("trace", help="a lesson's table, frameworks side by side")
    trace.add_argument("task", nargs="?", help="name of the lesson")
    trace.add_argument("--all", action="store_true", help="all lessons whose data is here")
    trace.add_argument("--framework", action="append", default=[], help="only this one; repeatable")
    trace.add_argument("--data-dir", help="where data sets lie; default: LOGREG_JAX_DATA")
    trace.add_argument("--json", action="store_true", help="data instead of tables")
    report = commands.add_parser("report", help="rebuild summary and page of a results folder")
    report.add_argument("folder", type=Path, metavar="DIR")
    options = parser.parse_args(arguments)
    handlers = {"list": _list, "run": _run, "trace": _trace, "report": _report}
    try:
        return handlers[options.command](options)
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
        return 2


def _list(options: argparse.Namespace) -> int:
    root, taught = data_folder(options.data_dir), discover.lessons()
    print("tasks")
    for task in discover.tasks().values():
        kind = ", a lesson" if task.name in taught else ", also quick" if task.quick else ""
        kind += ", needs a GPU unless asked for by name" if task.accelerator else ""
        kind += f", {task.models:,} models" if task.sweep else ""
        kind += f", solved to {task.target:.0e}" if task.kind == "solve" else ""
        print(f"  {task.name:30} {task.model} on {task.dataset}{kind}")
    print("data sets")
    for name in discover.names("datasets"):
        print(f"  {name:24} {discover.load('datasets', name).missing(root) or 'here'}")
    print("frameworks")
    for name in discover.names("frameworks"):
        print(f"  {name:24} {discover.missing_imports('frameworks', name) or 'here'}")
    print("solvers of the library")
    for path in sorted((ROOT / "logreg_jax" / "solvers").glob("[!_]*.py")):
        if path.stem != "base":
            print(f"  {path.stem}")
    return 0


def _run(options: argparse.Namespace) -> int:
    out = Path(options.out) if options.out else default_out()
    status = _measure(options, out)
    finished = status in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    frameworks = tuple(name for name in FRAMEWORKS if name in (options.framework or FRAMEWORKS))
    if options.task or not finished or not frameworks:
        return int(status)  # only a whole run has the lessons
    kept, agree = [], True
    with Tracer(frameworks, data_folder(options.data_dir), options.timeout) as tracer:
        for name, about in discover.lessons().items():
            if options.quick and not about.small:
                continue
            trace, reason = _try(tracer, name)
            kept.append(lessons.lesson(trace) if trace else lessons.skipped(name, reason))
            agree = agree and (trace is None or all(c.agrees for c in comparisons(trace)))
            print(f"{name}: {verdict(trace) if trace else f'skipped: {reason}'}")
            lessons.save(kept, out)
    write(record.load(out), out)
    return int(status) or int(not agree)


def _measure(options: argparse.Namespace, out: Path) -> int:
    arguments = [
        str(ROOT / "benchmarks"),
        "--benchmark-only",
        "--benchmark-quiet",
        "-q",
        "--no-header",
    ]
    arguments += ["--quick"] * options.quick + ["--timeout", str(options.timeout)]
    for name in ("task", "framework"):
        arguments += [part for value in getattr(options, name) for part in (f"--{name}", value)]
    arguments += ["--out", str(out)] + (
        ["--data-dir", options.data_dir] if options.data_dir else []
    )
    return pytest.main(["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), *arguments])


def _trace(options: argparse.Namespace) -> int:
    names = list(discover.lessons())
    if options.task is None and not options.all:
        raise LookupError(f"got no lesson; expected --all or one of {', '.join(names)}")
    if options.task is not None:
        discover.require("lesson", options.task, names)
    frameworks = choose_frameworks(options.framework) if options.framework else FRAMEWORKS
    traced = {}
    with Tracer(frameworks, data_folder(options.data_dir)) as tracer:
        for name in names if options.all else [options.task]:
            traced[name] = _try(tracer, name)
            if traced[name][0] and not options.json:
                trace_table.show(traced[name][0])
    done = [trace for trace, _ in traced.values() if trace]
    if options.json:
        print(json.dumps([trace.as_dict() for trace in done], indent=1))
    for name, (trace, reason) in traced.items():
        if trace is None:
            print(f"{name}: skipped: {reason}", file=sys.stderr if options.json else sys.stdout)
        elif options.all and not options.json:
            print(f"{name}: {verdict(trace)}")
    return 0 if done and all(c.agrees for trace in done for c in comparisons(trace)) else 1


def _try(tracer: Tracer, name: str) -> tuple[Trace | None, str]:
    """A traced lesson, or None and the reason."""
    print(f"tracing {name}", file=sys.stderr, flush=True)
    try:
        return tracer.trace(name), ""
    except FileNotFoundError as error:
        return None, str(error)


def _report(options: argparse.Namespace) -> int:
    try:
        found = record.load(options.folder)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    write(found, options.folder)
    show(found)
    print(f"wrote summary.md and report.html to {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
