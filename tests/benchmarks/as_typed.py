"""Commands in processes of their own, as a user types them."""

import os
import subprocess
import sys

from benchmarks.registry import ROOT

SMALL = {"quick": True, "task": ["diabetes_sgd"], "implementation": ["numpy_float64", "jax_scan"]}


def typed(chosen, prefix="--"):
    """Options as they are typed."""
    flags = [f"{prefix}{name}" for name, value in chosen.items() if value is True]
    lists = {name: value for name, value in chosen.items() if value is not True}
    return flags + [w for name, ws in lists.items() for v in ws for w in (f"{prefix}{name}", v)]


# What a parallel run of these tests says of itself must not reach the commands they start.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}


def run(*command, **options):
    """Run a module of Python and wait for its end."""
    options = {"env": ENVIRONMENT, **options}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, **options
    )
