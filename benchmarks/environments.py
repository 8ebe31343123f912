"""Which Python runs a row: that of the run, one named for its library, or one for rows of their own.

Builds of JAX, PyTorch and TensorFlow for GPUs want different versions of the same libraries, so that each
may need an environment of its own (`--python`). And a run with several environments beside each other shows
what newer versions of a library change (`--environment`).
"""

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import registry
from benchmarks.contract import AGAIN, name_of_row, program_and_variant
from benchmarks.exit_status import CannotRun
from benchmarks.interpreter import inspect_python


@dataclass(frozen=True)
class Environments:
    """The Pythons of a run beside its own.

    Attributes:
        by_library: path to the Python of the implementations in a folder of `frameworks/`, by its name.
        by_row: path to a Python that runs every implementation, too, by the name that its rows have.
        found: what each of these Pythons has, by path, from `inspect_python`.
    """

    by_library: Mapping[str, str] = field(default_factory=dict)
    by_row: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def rows(self, implementations: Iterable[str]) -> list[str]:
        """Names of the rows of these implementations."""
        variants = ("", *self.by_row)
        return [name_of_row(name, variant) for name in implementations for variant in variants]

    def python(self, row: str) -> str:
        """Path to the Python of a row."""
        program, variant = program_and_variant(row)
        if variant in self.by_row:
            return self.by_row[variant]
        return self.by_library.get(registry.library_folder(program), sys.executable)

    def missing_imports(self, row: str) -> str | None:
        """Why a row cannot be run, or None."""
        program, _ = program_and_variant(row)
        python = self.python(row)
        if python == sys.executable:
            return registry.missing_imports("frameworks", program)
        return registry.explain_absent(self.found[python]["absent"][program], python)

    def facts(self) -> dict[str, Any]:
        """What the record keeps of them beside the facts of the machine."""
        known = {
            name: {what: self.found[python][what] for what in ("python", "versions")}
            for name, python in (*self.by_library.items(), *self.by_row.items())
        }
        return {"environments": known} if known else {}


def choose_environments(by_library: Sequence[str], by_row: Sequence[str]) -> Environments:
    """The environments of a run, each asked what it has.

    Args:
        by_library: `LIBRARY=PATH` of each Python that runs a library.
        by_row: `NAME=PATH` of each Python that has rows of its own.

    Raises:
        UnknownName: if there is no such library.
        CannotRun: if something has not this form, or a Python does not run the suite.
    """
    libraries = _named_pythons("python", by_library)
    known = sorted({registry.library_folder(name) for name in registry.names("frameworks")})
    for library in libraries:
        registry.require("library", library, known)
    rows = _named_pythons("environment", by_row)
    for name in rows:
        if name in (AGAIN, *known):
            taken = "the control" if name == AGAIN else "a library"
            raise CannotRun(f"got --environment {name}, which names {taken}; expected another name")
    found = {
        python: inspect_python(Path(python)) for python in {*libraries.values(), *rows.values()}
    }
    return Environments(libraries, rows, found)


def _named_pythons(option: str, texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, _, path = text.partition("=")
        if not (re.fullmatch(r"[\w.-]+", name) and path):
            raise CannotRun(
                f"got --{option} {text}; expected NAME=PATH, such as torch=.venv-torch/bin/python"
            )
        if name in found:
            raise CannotRun(f"got --{option} {name} twice; expected each name once")
        # Not resolved: the Python of a virtual environment is a link, and finds the environment beside it.
        found[name] = os.path.abspath(Path(path).expanduser())
    return found
