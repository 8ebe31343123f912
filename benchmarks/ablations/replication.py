"""Whether verdicts replicate: the suite is run again and again, also beside a program that takes a core.

    python -m benchmarks.ablations.replication DIR --runs 5 --busy 2 --busy 4 -- --budget 15 --task probes

What follows `--` goes to `python -m benchmarks run`. DIR gets a folder for each run and `replication.json`.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from threading import Timer
from typing import Any

from benchmarks import results
from benchmarks.contract import Record, Status
from benchmarks.machine.cores import cores
from benchmarks.registry import ROOT
from benchmarks.storage.atomic import write_atomically
from benchmarks.verdicts.changes import Verdict, changes
from benchmarks.verdicts.intervals import Interval, ratio
from benchmarks.verdicts.noise_floor import noise_floor

STARTS, LASTS = 60.0, 180.0
"""Seconds after which another program begins to take a core, and for which it does."""

SPIN = f"import time\nend = time.monotonic() + {LASTS}\nwhile time.monotonic() < end: pass"


@contextmanager
def busy_for_a_while() -> Iterator[None]:
    """A program takes a core in the middle of what is done meanwhile."""
    started: list[subprocess.Popen[bytes]] = []
    start = lambda: started.append(subprocess.Popen([sys.executable, "-c", SPIN]))
    timer = Timer(STARTS, start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        for process in started:
            process.kill()
            process.wait()


def verdicts(record: Record) -> dict[tuple[str, str, str], str]:
    """The verdict of each pair of rows of different libraries, by task and the two names."""
    found = {}
    for task in record.tasks:
        rows = record.of_task(task)
        floor = noise_floor(rows).floor
        timed = [row for row in rows if row.seconds and not row.is_control]
        for one, other in combinations(sorted(timed, key=lambda row: row.implementation), 2):
            if one.library != other.library:
                times = ratio(one.seconds_by_process, other.seconds_by_process)
                found[task, one.implementation, other.implementation] = times.verdict(floor)
    return found


def opposite(records: Sequence[Record]) -> list[tuple[str, str, str]]:
    """Pairs of rows of which one run calls the first faster, and another one the second."""
    runs = [verdicts(record) for record in records]
    return sorted(
        pair
        for pair in set().union(*runs)
        if {"faster", "slower"} <= {run[pair] for run in runs if pair in run}
    )


def same_in_a_run(records: Sequence[Record]) -> Iterator[tuple[Interval, str]]:
    """Ratio and verdict of each control and the row whose program it is."""
    for record in records:
        rows = {(row.task, row.implementation): row for row in record.rows if row.seconds}
        for again in rows.values():
            first = rows.get((again.task, again.program))
            if again.is_control and first is not None:
                times = ratio(first.seconds_by_process, again.seconds_by_process)
                # the control is no judge of itself
                yield times, times.verdict(0.0)


def same_between_runs(records: Sequence[Record]) -> Iterator[tuple[Interval, str]]:
    """Ratio and verdict of each row in two runs, as `compare` finds them."""
    for before, now in combinations(records, 2):
        for change in changes(before, now):
            if change.times is not None and change.machine is not None:
                yield change.times, str(change.verdict)


def counted(pairs: Iterator[tuple[Interval, str]]) -> dict[str, int]:
    """How many pairs of equal programs there are, have a verdict, and have an interval that contains 1."""
    each = list(pairs)
    decided = {str(Verdict.FASTER), str(Verdict.SLOWER)}
    return {
        "pairs": len(each),
        "verdicts": sum(verdict in decided for _, verdict in each),
        "covered": sum(times.low <= 1 <= times.high for times, _ in each),
    }


def summary(records: Sequence[Record], busy: Sequence[int]) -> dict[str, Any]:
    """What the runs say together; runs are counted from 1."""
    pairs = [verdicts(record) for record in records]
    return {
        "runs": [
            {"commit": r.environment["commit"], "started": r.started, "busy": number in busy,
             "rows": Counter(str(row.status) for row in r.rows if row.status is not Status.SKIPPED)}
            for number, r in enumerate(records, 1)
        ],
        "machine": f"{cores()} cores of {records[0].environment['cpu']}",
        "pairs_with_a_verdict": sum(v != "cannot tell" for run in pairs for v in run.values()),
        "pairs": sum(map(len, pairs)),
        "opposite": [list(pair) for pair in opposite(records)],
        "same_program_in_a_run": counted(same_in_a_run(records)),
        "same_program_between_runs": counted(same_between_runs(records)),
    }  # fmt: skip


def run_suite(folder: Path, options: Sequence[str], busy: bool) -> Record:
    """One run of the suite."""
    command = [sys.executable, "-m", "benchmarks", "run", "--out", str(folder), *options]
    if busy:
        with busy_for_a_while():
            subprocess.run(command, cwd=ROOT, check=False)
    else:
        subprocess.run(command, cwd=ROOT, check=False)
    return results.load(folder)


def arguments(typed: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The arguments before `--`, and after it those of each run."""
    end = typed.index("--") if "--" in typed else len(typed)
    parser = argparse.ArgumentParser(description="Whether verdicts replicate.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--busy", type=int, action="append", default=[], metavar="NUMBER",
                        help="of a run in which another program takes a core; repeatable")  # fmt: skip
    return parser.parse_args(typed[:end]), list(typed[end + 1 :])


def main() -> None:
    """Measure the runs and store what they say, after each of them."""
    chosen, of_runs = arguments(sys.argv[1:])
    records: list[Record] = []
    for number in range(1, chosen.runs + 1):
        folder = (chosen.folder / f"run-{number}").resolve()
        records.append(run_suite(folder, of_runs, number in chosen.busy))
        found = summary(records, chosen.busy)
        write_atomically(chosen.folder / "replication.json", json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
