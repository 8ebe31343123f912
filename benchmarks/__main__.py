"""`python -m benchmarks list | run | trace | report`."""

import argparse
import sys
from pathlib import Path

from benchmarks import commands, options
from benchmarks.options import Option
from benchmarks.registry import UnknownName
from benchmarks.results import NoResults

CANNOT_RUN = 2
"""Exit status for what cannot be done as it was typed; argparse has the same."""

INTERRUPTED = 2
"""Exit status after Ctrl-C."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    typed = sys.argv[1:] if arguments is None else arguments
    chosen = _parser().parse_args(typed)
    try:
        return chosen.command(chosen, typed)
    except (UnknownName, NoResults) as error:
        print(error, file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    known = parser.add_subparsers(required=True)

    listing = known.add_parser("list", help="tasks, data sets, implementations; what is missing")
    _add(listing, options.DATA_DIR)
    listing.set_defaults(command=commands.list_all)

    run = known.add_parser("run", help="measure, print the table, write the report")
    _add(run, *options.RUN)
    run.set_defaults(command=commands.run)

    trace = known.add_parser("trace", help="a lesson's table, implementations side by side")
    trace.add_argument("lesson", nargs="?", help="name of the lesson")
    trace.add_argument("--all", action="store_true", help="all lessons whose data is here")
    trace.add_argument("--json", action="store_true", help="data in place of tables")
    _add(trace, options.IMPLEMENTATION, options.DATA_DIR)
    trace.set_defaults(command=commands.trace)

    report = known.add_parser("report", help="rebuild summary and page of a results folder")
    report.add_argument("folder", type=Path, metavar="DIR")
    report.set_defaults(command=commands.report)
    return parser


def _add(parser: argparse.ArgumentParser, *chosen: Option) -> None:
    for option in chosen:
        parser.add_argument(f"--{option.name}", help=option.help, **option.settings)


if __name__ == "__main__":
    sys.exit(main())
