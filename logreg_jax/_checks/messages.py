"""The form of every error message, and the words for what was got."""

import jax


def error_message(got: str, expected: str, remedy: str) -> str:
    """One message: what was got, what was expected, what to do."""
    return f"got {got}; expected {expected}. {remedy}"


def describe(name: str, value: object) -> str:
    """An argument of the wrong kind in a few words, for `error_message`."""
    if isinstance(value, type):
        return f"the class {value.__name__} as {name}"
    if value is None or isinstance(value, str | bool | int | float | complex):
        text = repr(value)
        return f"{name}={text if len(text) <= 60 else text[:60] + '...'}"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__} as {name}"
    return f"{name} of type {type(value).__name__}"


def is_traced(*arrays: object) -> bool:
    """Whether the values of any of the arrays are unknown."""
    return any(isinstance(array, jax.core.Tracer) for array in arrays)
