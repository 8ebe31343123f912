"""`jax_scan` in a later process: it finds the compiled programs on disk and compiles nothing.

JAX's persistent compilation cache keeps a program for whoever needs it next. Every worker of a run has an
empty cache of its own; this one is given that of `jax_scan`, which by then has compiled the same programs.
"""

import os
from pathlib import Path

import jax

from benchmarks.frameworks import jax_scan
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = jax_scan.LIBRARY
KIND = "training"

CACHE = Path(os.environ["JAX_COMPILATION_CACHE_DIR"]).with_name("jax_scan")
jax.config.update("jax_compilation_cache_dir", str(CACHE))

compiled = []


def note(event: str, **_) -> None:
    if event == "/jax/compilation_cache/cache_misses":
        compiled.append(event)


jax.monitoring.register_event_listener(note)


def unsupported(task: Task) -> str | None:
    if CACHE.is_dir() and any(CACHE.iterdir()):
        return None
    return "nothing is cached yet; `jax_scan` has to be run before it, in the same run"


def prepare(task: Task, problem: Problem) -> Runner:
    runner = jax_scan.prepare(task, problem)

    def collect(raw) -> Outcome:
        if compiled:
            raise LookupError(
                f"got {len(compiled)} programs that were not in the cache; expected none. "
                "`jax_scan` has to train the same task before."
            )
        return runner.collect(raw)

    return runner._replace(collect=collect)
