"""Environment variables of a worker, which keep libraries isolated, comparable and quiet."""

import os
from pathlib import Path

from benchmarks.machine.cores import parts

SAME_FOR_ALL = {
    # No worker reserves memory of the accelerator before it needs it.
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    # Keras runs on JAX and PyTorch, too; its rows are of TensorFlow.
    "KERAS_BACKEND": "tensorflow",
    # TensorFlow logs dozens of lines at startup; this keeps warnings and errors.
    "TF_CPP_MIN_LOG_LEVEL": "1",
    # A sweep is split over all of these devices; everything else runs on the first.
    "JAX_NUM_CPU_DEVICES": str(parts()),
    # JAX caches every program it compiles; by default only those that take a second.
    "JAX_ENABLE_COMPILATION_CACHE": "true",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}


def worker_variables(name: str, folder: Path, package: str = "frameworks") -> dict[str, str]:
    """The variables of this process, those above, and compilation caches in the run's own `folder`.

    The caches start empty, so that the first compilation of a run is a cold one. JAX has a cache per
    implementation, since two implementations may need the same small program.

    Args:
        name: name of the implementation.
        folder: folder for the caches.
        package: plugin folder of the implementation.
    """
    # `jax_scan_cached` finds the cache of `jax_scan` beside its own
    own = name if package == "frameworks" else f"{package}.{name}"
    caches = {
        "TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor"),
        "JAX_COMPILATION_CACHE_DIR": str(folder / "jax" / own),
    }
    return os.environ | SAME_FOR_ALL | caches
