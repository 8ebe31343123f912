"""The results folder of a run: one run writes into it at a time, and none removes what another measured."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from benchmarks.exit_status import CannotRun, NotStored
from benchmarks.storage.atomic import remove_fragments, write_atomically
from benchmarks.storage.interruptions import held_back
from benchmarks.storage.locks import try_lock

FINISHED, PARTIAL, LESSONS = "benchmark.json", "partial", "lessons.json"
"""Results of a run that has ended; folder with a file for each task of one that has not; the lessons."""

OLD_PARTIAL = "partial.json"
"""All tasks of a run that had not ended, as versions up to 0.2 wrote them."""

SUMMARY, PAGE = "summary.md", "report.html"
NAMES = (FINISHED, PARTIAL, OLD_PARTIAL, LESSONS, SUMMARY, PAGE)
"""What is in a results folder; first what cannot be made again."""

EARLIER = "earlier"
"""Folder inside a results folder for the files of earlier runs."""


class ResultsFolder:
    """The folder that a run stores its results in.

    Files of an earlier run stay as they are until this run has something to store. Then they are moved
    to a folder of their own below `earlier/`.

    Args:
        path: the folder, which is made if need be.

    Attributes:
        is_written: whether this run has stored anything in it.
        earlier: folder that holds the files of the earlier run, once they have been moved.

    Raises:
        CannotRun: if the folder cannot be written, or if another run is writing into it.
    """

    def __init__(self, path: Path):
        self.path = path
        self.earlier: Path | None = None
        self._is_new = not os.path.exists(path)  # no error where the name itself is one
        self.is_written = self._is_ours = False
        try:
            path.mkdir(parents=True, exist_ok=True)
            write_atomically(path / ".can_be_written", "yes")
            (path / ".can_be_written").unlink()
        except OSError as error:
            reason = "it is a file" if os.path.isfile(path) else error.strerror
            raise CannotRun(
                f"got the results folder {path}, which cannot be written ({reason}); expected a folder "
                "with free space. Name another one with --out (--logreg-out in pytest)."
            ) from None
        self._lock = self._locked()
        for name in NAMES:
            remove_fragments(path, name)
        remove_fragments(path / PARTIAL, "*")

    def _locked(self) -> int | None:
        try:
            lock = try_lock(self.path.resolve())
        except OSError:
            return None  # this file system has no locks
        if lock is None:
            raise CannotRun(
                f"got the results folder {self.path}, into which another run is writing; expected one "
                "for each run. Name another one with --out, or wait for that run."
            )
        return lock

    def resume(self) -> None:
        """Write beside the tasks that are there, which are of the same run.

        The results of a run that has ended are set aside nevertheless, so that none is lost.
        """
        self._is_ours = not (self.path / FINISHED).exists()

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """The folder, to write files of this run into; signals wait for the end of the block.

        Raises:
            NotStored: if the files cannot be written. What was there before is still there.
        """
        try:
            with held_back():
                if not self._is_ours:
                    self._set_aside()
                    self._is_ours = True  # also if a write fails from now on
                yield self.path
                self.is_written = True
        except OSError as error:
            raise NotStored(
                f"{self.path} cannot be written ({error.strerror or error}): make room on its disk"
            ) from error

    def _set_aside(self) -> None:
        present = [self.path / name for name in NAMES if (self.path / name).exists()]
        if not present:
            return
        stamp = datetime.fromtimestamp(present[0].stat().st_mtime).strftime("%Y%m%d-%H%M%S")
        folder = unused(self.path / EARLIER / stamp)
        folder.mkdir(parents=True)
        for file in present:
            file.rename(folder / file.name)
        self.earlier = folder

    def release(self) -> None:
        """Let other runs have the folder; one that was made for this run and stayed empty is removed."""
        if self._is_new and not self.is_written:
            with suppress(OSError):
                self.path.rmdir()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def unused(path: Path) -> Path:
    """The path itself if nothing has this name, else one with a number after it."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found


def point_latest(folder: Path) -> None:
    """Make `latest`, in the same parent folder, a link to `folder`, unless that is impossible there."""
    fresh = folder.parent / f".latest.{folder.name}"
    with suppress(OSError):
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder.name)
        fresh.replace(folder.parent / "latest")
    with suppress(OSError):
        fresh.unlink(missing_ok=True)
