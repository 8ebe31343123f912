"""What was found out about an array of JAX is remembered as long as it lives, for its values cannot change.

So repeated calls with the same arrays check their values once. An array of JAX may share the memory of the
NumPy array that it was made from, which JAX forbids to change.
"""

import weakref
from collections.abc import Callable, Hashable
from functools import partial, wraps
from typing import Any, TypeVar

import jax

T = TypeVar("T")

_known: dict[int, tuple["weakref.ref[jax.Array]", dict[Hashable, Any]]] = {}
"""By the identity of an array: a reference that does not keep it, and what is known of it."""


def once_per_array(find_out: Callable[..., T]) -> Callable[..., T]:
    """`find_out(array, **options)`, called once for each array and each choice of hashable options."""

    @wraps(find_out)
    def remembered(array: jax.Array, **options: Hashable) -> T:
        answers, question = _answers(array), (find_out, *sorted(options.items()))
        if question not in answers:
            answers[question] = find_out(array, **options)
        answer: T = answers[question]
        return answer

    return remembered


def _answers(array: jax.Array) -> dict[Hashable, Any]:
    kept = _known.get(id(array))
    if kept is None or kept[0]() is not array:
        kept = weakref.ref(array, partial(_forget, _known, id(array))), {}
        _known[id(array)] = kept
    return kept[1]


def _forget(known: dict[int, Any], identity: int, reference: "weakref.ref[jax.Array]") -> None:
    # an argument, since a module's own names are gone when Python ends
    kept = known.get(identity)
    # another array may have got the identity in the meantime
    if kept is not None and kept[0] is reference:
        known.pop(identity, None)
