"""Writing a file in one step: a reader sees the old text or the new one, and so does a crash."""

import os
from contextlib import suppress
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a file, and leave nothing behind if that fails.

    Args:
        path: the file; its folder is made if need be.
        text: the whole content. Names of files that are not UTF-8 are written with escapes.

    Raises:
        OSError: if it cannot be written; the file is then as it was before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
            file.flush()
            # without this, a crash of the machine can leave the new name with no content
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # some file systems cannot do this for a folder, and then need not
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_fragments(folder: Path, name: str) -> None:
    """Remove what processes that were killed left of their attempts to write a file."""
    for fragment in folder.glob(f".{name}.[0-9]*"):
        with suppress(OSError):
            fragment.unlink()
