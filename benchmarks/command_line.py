"""Arguments of the commands, and what becomes of their errors: a message and an exit status."""

import argparse
import errno
import os
import signal
import sys
import textwrap
from contextlib import suppress
from itertools import starmap
from pathlib import Path

from benchmarks import commands, listing, options
from benchmarks.exit_status import MEANINGS, CannotRun, ExitStatus, NotStored
from benchmarks.options import Option
from benchmarks.report.encodings import write_any_text
from benchmarks.storage.interruptions import Interrupted, signals_raise

ABOUT = "Benchmarks of logreg_jax: the same work in every framework, proved before it is timed."


def run(arguments: list[str] | None = None) -> int:
    """Run a command; the exit status."""
    typed = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        write_any_text(stream)
    chosen = _parser().parse_args(typed)
    try:
        with signals_raise():
            status = int(chosen.command(chosen, typed))
            sys.stdout.flush()
            return status
    except CannotRun as error:
        print(error, file=sys.stderr)
        return ExitStatus.CANNOT_RUN
    except NotStored as error:
        print(error, file=sys.stderr)
        return ExitStatus.NOT_STORED
    except Interrupted as interruption:
        with suppress(OSError):  # its terminal may be closed
            print(f"\nended by {interruption.signal.name}", file=sys.stderr)
        return ExitStatus.SIGNALLED + interruption.signal
    except OSError as error:
        return _output_lost(error)


def _output_lost(error: OSError) -> int:
    """The exit status if output cannot be written: its reader has gone, or its disk is full.

    Raises:
        OSError: the same error if it is about anything else.
    """
    if error.errno not in (errno.EPIPE, errno.EIO, errno.ENOSPC):
        raise error
    # what is left in the buffer would raise the same again when Python ends
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    if error.errno != errno.ENOSPC:
        return ExitStatus.SIGNALLED + signal.SIGPIPE
    print(f"the output cannot be written: {error.strerror}; make room on its disk", file=sys.stderr)
    return ExitStatus.NOT_STORED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=ABOUT,
        epilog="exit status:\n" + "\n".join(starmap(_status, MEANINGS.items())),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = parser.add_subparsers(required=True)

    listed = known.add_parser("list", help="tasks, data sets, implementations; what is missing")
    _add(listed, options.DATA_DIR)
    listed.set_defaults(command=listing.list_all)

    measure = known.add_parser("run", help="measure, print the table, write the report")
    _add(measure, *options.RUN, options.RESUME)
    measure.set_defaults(command=commands.run)

    trace = known.add_parser("trace", help="a lesson's table, implementations side by side")
    trace.add_argument("lesson", nargs="?", help="name of the lesson")
    trace.add_argument("--all", action="store_true", help="all lessons whose data is here")
    trace.add_argument("--json", action="store_true", help="data in place of tables")
    _add(trace, options.IMPLEMENTATION, options.DATA_DIR)
    trace.set_defaults(command=commands.trace)

    report = known.add_parser("report", help="rebuild summary and page of a results folder")
    report.add_argument("folder", type=Path, metavar="DIR")
    report.set_defaults(command=commands.report)

    compare = known.add_parser("compare", help="row by row, what a second run changed")
    compare.add_argument("before", type=Path, metavar="OLD", help="results folder of the first run")
    compare.add_argument("now", type=Path, metavar="NEW", help="results folder of the second run")
    compare.add_argument("--markdown", action="store_true", help="text for a pull request")
    compare.set_defaults(command=commands.compare)

    semantics = known.add_parser(
        "semantics", help="what optimisers mean in each library, by running them"
    )
    _add(semantics, options.OUT)
    semantics.set_defaults(command=commands.semantics)
    return parser


def _status(status: str, meaning: str) -> str:
    return textwrap.fill(meaning, 78, initial_indent=f"  {status:9}", subsequent_indent=" " * 11)


def _add(parser: argparse.ArgumentParser, *chosen: Option) -> None:
    for option in chosen:
        parser.add_argument(f"--{option.name}", help=option.help, **option.settings)
