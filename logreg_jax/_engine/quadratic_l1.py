"""The minimum of a quadratic with an l1 penalty, by a semismooth Newton method.

A guess which weights are not zero, and their signs, makes it a system of linear equations, whose solution
gives the next guess. Close to the minimum the guess is right, and the method ends there. A guess that leads
farther away is left for steps of an accelerated proximal gradient method. Source:
Hintermüller, Ito, Kunisch, "The primal-dual active set strategy as a semismooth Newton method" (2002).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .._types import Hyperparameter, Model
from .penalties import l1_of, soft_threshold

_MAX_TURNS = 50
"""Systems of equations that are solved at most."""

_DESCENTS = 50
"""Steps of the proximal gradient method that are taken where a guess leads farther away."""

_POWERS = 20
"""Iterations that estimate the largest eigenvalue; what they miss is allowed for."""


class _Guess(NamedTuple):
    weights: Array
    distance: Scalar
    turns: Scalar
    done: Array


def minimise_with_l1(
    model: Model, hessian: Array, slope: Array, start: Array, accuracy: Hyperparameter
) -> Array:
    """Weights near a minimum of `slope . step + step . hessian . step / 2` plus penalties at start + step.

    Args:
        model: has the penalties.
        hessian: positive semidefinite, `[features, features]`; a feature with a zero on the diagonal
            gets the weight zero.
        slope: gradient at the start, `[features]`, without that of the penalties.
        start: weights `[features]`.
        accuracy: share of the distance at the start from which on a distance that does not halve is small
            enough.
    """
    l1, l2 = l1_of(model), model.l2
    diagonal, diagonal_of = jnp.diagonal(hessian), jnp.arange(len(hessian))
    varies = diagonal > 0
    stiffness = jnp.where(varies, diagonal + l2, 1)
    unit = jnp.sqrt(stiffness)
    largest = _largest_eigenvalue(hessian / unit[:, None] / unit[None, :]) + jnp.max(l2 / stiffness)
    constant = slope - hessian @ start

    def gradient(weights: Array) -> Array:
        return hessian @ weights + constant + l2 * weights

    def prox(weights: Array, times: Hyperparameter) -> Array:
        steepness = times * stiffness
        target = steepness * weights - gradient(weights)
        return jnp.where(varies, soft_threshold(target, l1) / steepness, 0)

    def distance(weights: Array) -> Scalar:
        return jnp.max(unit * jnp.abs(weights - prox(weights, 1.0)))

    def solve_guess(weights: Array) -> Array:
        target = stiffness * weights - gradient(weights)
        sign = jnp.where(varies & (jnp.abs(target) > l1), jnp.sign(target), 0)
        active = sign != 0
        matrix = jnp.where(active[:, None] & active[None, :], hessian, 0)
        matrix = matrix.at[diagonal_of, diagonal_of].add(jnp.where(active, l2, 1))
        # a correction of the weights, so that each turn with the same guess is more exact than the last
        kept = jnp.where(active, weights, 0)
        right = jnp.where(active, -(gradient(kept) + l1 * sign), 0)
        solved = kept + _solve(matrix, right)
        return jnp.where(solved * sign > 0, solved, 0)

    def descend(weights: Array) -> tuple[Array, Scalar]:
        # FISTA, without momentum from where it would lead back (O'Donoghue, Candes 2015)
        def one_step(_: Array, at: tuple[Array, Array, Scalar]) -> tuple[Array, Array, Scalar]:
            old, ahead, t = at
            new = prox(ahead, largest)
            back = jnp.vdot(stiffness * (ahead - new), new - old) > 0
            next_t = jnp.where(back, 1, 0.5 + jnp.sqrt(0.25 + t**2))
            return new, new + jnp.where(back, 0, (t - 1) / next_t) * (new - old), next_t

        lower, *_ = jax.lax.fori_loop(
            0, _DESCENTS, one_step, (weights, weights, jnp.ones_like(largest))
        )
        return lower, distance(lower)

    def turn(guess: _Guess) -> _Guess:
        solved = solve_guess(guess.weights)
        far = distance(solved)
        closer = far < guess.distance
        weights, reached = jax.lax.cond(
            closer, lambda: (solved, far), lambda: descend(guess.weights)
        )
        rounding = 4 * jnp.finfo(far.dtype).eps * jnp.max(unit * jnp.abs(weights))
        slow = (far > 0.5 * guess.distance) & (guess.distance < accuracy * first)
        return _Guess(weights, reached, guess.turns + 1, (reached <= rounding) | slow)

    def unfinished(guess: _Guess) -> Array:
        return ~guess.done & (guess.turns < _MAX_TURNS)

    first = distance(start)
    begin = _Guess(start, first, jnp.int32(0), first <= 0)
    return jax.lax.while_loop(unfinished, turn, begin).weights


def _solve(matrix: Array, right: Array) -> Array:
    """The inverse of a positive definite matrix times a vector, despite rounding, as `quadratic.factor`."""
    # Without an identity matrix, which XLA would compute before the loop, whether it is needed or not.
    scale, diagonal_of = jnp.sqrt(jnp.diagonal(matrix)), jnp.arange(len(matrix))
    ridge = 4 * len(matrix) * jnp.finfo(matrix.dtype).eps
    scaled = (matrix / scale[:, None] / scale[None, :]).at[diagonal_of, diagonal_of].set(1 + ridge)
    solved: Array = jax.scipy.linalg.cho_solve((jnp.linalg.cholesky(scaled), True), right / scale)
    return solved / scale


def _largest_eigenvalue(matrix: Array) -> Scalar:
    """Nearly an upper bound on the largest eigenvalue of a positive semidefinite matrix, by its powers."""

    def multiply(_: Array, at: tuple[Array, Scalar]) -> tuple[Array, Scalar]:
        vector, _ = at
        product = matrix @ vector
        norm = jnp.maximum(jnp.linalg.norm(product), jnp.finfo(product.dtype).tiny)
        return product / norm, norm

    # of no eigenvector that occurs in practice is it orthogonal
    first = jnp.cos(jnp.arange(len(matrix), dtype=matrix.dtype))
    start = first / jnp.linalg.norm(first), jnp.zeros((), matrix.dtype)
    return jnp.maximum(1.1 * jax.lax.fori_loop(0, _POWERS, multiply, start)[1], 1)
