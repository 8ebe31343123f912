"""Which derivatives of a solve there are."""

from collections.abc import Iterator
from contextlib import contextmanager

from .messages import error_message


@contextmanager
def reverse_mode_only() -> Iterator[None]:
    """Say what to do where forward-mode derivatives of a solve are asked for.

    Its implicit derivatives are a custom rule for reverse mode, and JAX's error names only the rule.
    """
    try:
        yield
    except TypeError as error:
        if "custom_vjp" not in str(error):
            raise
        got = "a forward-mode derivative of a solve (jvp or jacfwd)"
        remedy = "Use jax.grad, jax.vjp or jax.jacrev."
        raise TypeError(error_message(got, "reverse mode", remedy)) from error
