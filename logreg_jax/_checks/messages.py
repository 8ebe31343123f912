"""The form of every error message, and whether an array has values."""

import jax


def error_message(got: str, expected: str, remedy: str) -> str:
    """One message: what was got, what was expected, what to do."""
    return f"got {got}; expected {expected}. {remedy}"


def is_traced(*arrays: object) -> bool:
    """Whether the values of any of the arrays are unknown."""
    return any(isinstance(array, jax.core.Tracer) for array in arrays)
