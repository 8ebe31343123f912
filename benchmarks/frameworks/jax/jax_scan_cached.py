"""`jax_scan` in a later process, which finds the compiled programs on disk and compiles nothing.

JAX's persistent compilation cache keeps a program for the next process that needs it. Every worker of a run
has a cache of its own, empty at first. This one reads the cache of `jax_scan`, which is run earlier and has
compiled the same programs.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax

from benchmarks.contract import Arrays, Outcome, Runner, Training
from benchmarks.frameworks.jax import jax_scan

LIBRARY = "jax"
KIND = "training"
REPEATS = "jax_scan"

CACHE = Path(os.environ["JAX_COMPILATION_CACHE_DIR"]).with_name("jax_scan")
jax.config.update("jax_compilation_cache_dir", str(CACHE))

cache_misses: list[str] = []


def count_misses(event: str, **_: Any) -> None:
    if event == "/jax/compilation_cache/cache_misses":
        cache_misses.append(event)


jax.monitoring.register_event_listener(count_misses)


def unsupported(task: Training) -> str | None:
    if CACHE.is_dir() and any(CACHE.iterdir()):
        return None
    return "the cache is empty; `jax_scan` has to come before it in the same run"


def prepare(task: Training, arrays: Arrays) -> Runner:
    runner = jax_scan.prepare(task, arrays)

    def collect(raw: Any) -> Outcome:
        if cache_misses:
            raise RuntimeError(
                f"got {len(cache_misses)} programs that were not in the cache; expected none. "
                "`jax_scan` has to train the same task first."
            )
        return runner.collect(raw)

    return replace(runner, collect=collect)
