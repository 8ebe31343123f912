"""`python -m benchmarks list | run | report`."""

import argparse
import os
import sys
from pathlib import Path

import pytest

from benchmarks import discover, record
from benchmarks.process import ROOT
from benchmarks.report.files import write
from benchmarks.report.summary import show


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
    report = commands.add_parser("report", help="rebuild summary and page of a results folder")
    report.add_argument("folder", type=Path, metavar="DIR")
    options = parser.parse_args(arguments)
    return {"list": _list, "run": _run, "report": _report}[options.command](options)


def _list(options: argparse.Namespace) -> int:
    data = options.data_dir or os.environ.get("LOGREG_JAX_DATA")
    root = Path(data).expanduser() if data else None
    print("tasks")
    for task in discover.tasks().values():
        quick = ", also quick" if task.quick_epochs else ""
        print(f"  {task.name:24} {task.model} on {task.dataset}{quick}")
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
    for name, value in (("--data-dir", options.data_dir), ("--out", options.out)):
        arguments += [name, value] if value else []
    return int(
        pytest.main(["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), *arguments])
    )


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
