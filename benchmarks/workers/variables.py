"""The environment variables of a worker: what keeps libraries apart, comparable and quiet."""

import os
from pathlib import Path

from benchmarks.machine.cores import parts

SAME_FOR_ALL = {
    # Every worker leaves the accelerator's memory to the others until it needs it.
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    # Keras can run on JAX and PyTorch, too; its rows are about TensorFlow.
    "KERAS_BACKEND": "tensorflow",
    # TensorFlow reports its start-up in dozens of lines; warnings and errors stay.
    "TF_CPP_MIN_LOG_LEVEL": "1",
    # A sweep has a part of its models on each of them; everything else runs on the first.
    "JAX_NUM_CPU_DEVICES": str(parts()),
    # JAX keeps every program it compiles; by default only those that take a second.
    "JAX_ENABLE_COMPILATION_CACHE": "true",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}


def worker_variables(name: str, folder: Path) -> dict[str, str]:
    """Our own variables, those above, and compilation caches in the run's own `folder`.

    The caches start empty, so that the first compilation of a run is a cold one. JAX has a cache per
    implementation, since two of them may well need the same small program.
    """
    caches = {
        "TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor"),
        "JAX_COMPILATION_CACHE_DIR": str(folder / "jax" / name),
    }
    return os.environ | SAME_FOR_ALL | caches
