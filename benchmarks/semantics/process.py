"""The process that asks one library; started by `asking.py`.

    python -m benchmarks.semantics.process NAME

prints one JSON object: `library`, its `version`, and its `answers`, a list of `Finding`.
"""

import importlib
import json
import sys
from importlib import metadata
from typing import Any

from benchmarks.semantics.answers import answers


def main(name: str) -> dict[str, Any]:
    """Ask the library of `optimizers/<name>.py`."""
    module: Any = importlib.import_module(f"benchmarks.semantics.optimizers.{name}")
    return {
        "library": module.LIBRARY,
        "version": _version(module.LIBRARY),
        "answers": [answer._asdict() for answer in answers(module)],
    }


def _version(distribution: str) -> str:
    """TensorFlow without CUDA is a distribution of its own, with the same version."""
    for name in (distribution, f"{distribution}-cpu"):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return "unknown"


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
