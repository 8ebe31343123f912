"""Data files in the user's data folder: their paths, and the message if one is missing."""

from pathlib import Path


def missing(name: str, root: Path | None, origin: str) -> str | None:
    """The reason why the file `name` cannot be read, or None.

    Args:
        name: file name.
        root: the user's data folder or None.
        origin: where a user can get the file.
    """
    if root is not None and (root / name).is_file():
        return None
    reason = f"not in {root}" if root else "no data folder given"
    return f"{name}: {reason}. {origin} Put it into the folder that --data-dir or LOGREG_JAX_DATA names."


def find(name: str, root: Path | None, origin: str) -> Path:
    """The path of the file `name`.

    Raises:
        FileNotFoundError: if it is not there; the message says where to get it.
    """
    if root is None or not (root / name).is_file():
        raise FileNotFoundError(missing(name, root, origin))
    return root / name
