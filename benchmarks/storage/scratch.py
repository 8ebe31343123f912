"""Folders for temporary files, which the next start removes if the process that made them was killed."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

from benchmarks.exit_status import CannotRun
from benchmarks.storage.locks import try_lock

PREFIX = "logreg_jax-scratch-"


class Scratch:
    """A new folder, locked by this process; folders of processes that have ended are removed first.

    Args:
        parent: folder to make it in; the system's folder for temporary files if None.

    Raises:
        CannotRun: if no folder can be made there.
    """

    def __init__(self, parent: Path | None = None):
        try:
            place = Path(tempfile.gettempdir()) if parent is None else parent
            remove_abandoned(place)
            self.path, self._lock = _new_folder(place)
        except OSError as error:
            where = "the folder for temporary files" if parent is None else str(parent)
            raise CannotRun(
                f"got {where}, in which nothing can be written ({error.strerror or error}); expected a "
                "folder with free space. Make room in it, or set TMPDIR to another one."
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def remove(self) -> None:
        """Remove the folder; what is still being written by a process that ends goes at the next start."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def remove_abandoned(parent: Path) -> None:
    """Remove folders whose processes have ended: their locks are free."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # no locks here, or somebody else's folder
            lock = try_lock(folder) if folder.stat().st_uid == os.getuid() else None
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _new_folder(parent: Path) -> tuple[Path, int | None]:
    """A new folder and its lock, or None for the lock where the file system has none."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        try:
            lock = try_lock(folder)
        except FileNotFoundError:
            continue  # another start took it for an abandoned one before it was locked
        except OSError:
            return folder, None
        if lock is not None:
            return folder, lock
