"""The versions of the libraries that are installed beside the Python that asks."""

from importlib import metadata

DISTRIBUTIONS = (
    "jax", "jaxlib", "optax", "flax", "optimistix", "jaxopt", "torch", "tensorflow", "tensorflow-cpu",
    "keras", "numpy", "scikit-learn", "scikit-learn-intelex", "glum", "cyanure", "skglm",
    "pytest-benchmark",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Version of each library that is installed, by name; nothing is imported."""
    found = {}
    for name in DISTRIBUTIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
