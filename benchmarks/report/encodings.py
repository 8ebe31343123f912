"""Text for terminals that cannot show it: signs are spelled in ASCII, and no text is an error."""

import codecs
import io
from typing import TextIO

SPELLED = {"µ": "u", "±": "+-", "×": "x", "–": "-", "—": "-", "…": "...", "─": "-", "━": "-"}
"""Signs of the tables and of progress bars, in ASCII."""

HANDLER = "logreg_jax.spelled"


def write_any_text(stream: TextIO) -> None:
    """Let a stream write characters that its encoding lacks, and names of files that are not UTF-8."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=HANDLER)


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(SPELLED.get(sign) or _escaped(sign) for sign in signs), error.end


def _escaped(sign: str) -> str:
    return sign.encode("ascii", "backslashreplace").decode("ascii")


codecs.register_error(HANDLER, _spelled)
