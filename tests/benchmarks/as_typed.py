"""Commands in processes of their own, as a user types them."""

import os
import subprocess
import sys

from benchmarks.registry import ROOT

SMALL = {
    "quick": True, "task": ["diabetes_sgd"], "implementation": ["numpy_float64", "jax_scan"],
    "load-limit": ["inf"],  # tests run beside each other
}  # fmt: skip


def typed(chosen, prefix="--"):
    """Options as they are typed."""
    flags = [f"{prefix}{name}" for name, value in chosen.items() if value is True]
    lists = {name: value for name, value in chosen.items() if value is not True}
    return flags + [w for name, ws in lists.items() for v in ws for w in (f"{prefix}{name}", v)]


# What a parallel run of these tests says of itself must not reach the commands they start.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}


# The same module, on a machine whose ceilings are not known: measuring them starts three processes. Every
# moment is told.
WITHOUT_CEILINGS = """
import runpy, sys
from benchmarks.machine import ceilings
from benchmarks.report import progress
progress.SILENCE = 0.0
ceilings.measure_ceilings = lambda quick, variables: {"devices": {}, "missing": {}}
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


ONE_BLOCK = """
from benchmarks.kinds import _blocks
_blocks.QUICK_BLOCKS = 1
"""


def run(*command, start=("-m",), **options):
    """Run a module of Python and wait for its end."""
    options = {"env": ENVIRONMENT, **options}
    return subprocess.run(
        [sys.executable, *start, *command], cwd=ROOT, capture_output=True, text=True, **options
    )


def run_without_ceilings(*command):
    """Run a module of the suite, but measure no ceilings, and each row in one process."""
    return run(*command, start=("-c", ONE_BLOCK + WITHOUT_CEILINGS))
