"""Where a single data file is looked for, and what is said when it is nowhere."""

from pathlib import Path


def missing(name: str, root: Path | None, origin: str) -> str | None:
    """Why the file `name` cannot be read, or None.

    Args:
        name: file name.
        root: the user's data folder or None.
        origin: where a user can get the file.
    """
    if root is not None and (root / name).is_file():
        return None
    looked = f"not in {root}" if root else "no data folder given"
    return f"{name}: {looked}. {origin} Put it into the folder that --data-dir or LOGREG_JAX_DATA names."


def find(name: str, root: Path | None, origin: str) -> Path:
    """The path of the file `name`.

    Raises:
        FileNotFoundError: if it is not there; says where to get it.
    """
    reason = missing(name, root, origin)
    if reason is not None:
        raise FileNotFoundError(reason)
    return root / name
