"""Known data files in the user's data folder: their paths, their content, and what is wrong with one."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contract import UnusableData


@dataclass(frozen=True)
class KnownFile:
    """A data file as its authors published it.

    Attributes:
        name: file name in the data folder.
        lines: number of its lines.
        digest: SHA-256 of its lines without white space at their ends, joined by line feeds, so that
            other line ends make no difference.
        origin: where a user can get the file, in a sentence.
    """

    name: str
    lines: int
    digest: str
    origin: str

    def missing(self, root: Path | None) -> str | None:
        """The reason why the file cannot be read from the user's data folder, or None."""
        if root is not None and (root / self.name).is_file():
            return None
        reason = f"not in {root}" if root else "no data folder given"
        return (
            f"{self.name}: {reason}. {self.origin} Put it into the folder that --data-dir or "
            "LOGREG_JAX_DATA names."
        )

    def read(self, root: Path | None) -> list[str]:
        """The lines of the file.

        Raises:
            FileNotFoundError: if it is not there; the message says where to get it.
            UnusableData: if its content is not the published one.
        """
        if root is None or self.missing(root) is not None:
            raise FileNotFoundError(self.missing(root))
        path = root / self.name
        try:
            lines = [line.rstrip() for line in path.read_bytes().splitlines()]
        except OSError as error:
            raise UnusableData(
                f"got {path}, which cannot be read ({error.strerror}); expected the data file. Make it "
                "readable."
            ) from None
        content = b"\n".join(lines)
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise UnusableData(
                f"got {path} with {_described(len(lines), self.lines)}; expected the published file, of "
                f"{self.lines:,} lines. It is cut, damaged or another one: get it again. {self.origin}"
            )
        return content.decode("utf-8").split("\n")


def _described(found: int, expected: int) -> str:
    return f"{found:,} lines" if found != expected else "other content"
