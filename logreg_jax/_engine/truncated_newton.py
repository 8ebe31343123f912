"""The Newton step by conjugate gradients."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax.scipy.sparse.linalg import cg
from jaxtyping import Array

from .._types import Hyperparameter, Params
from .problem import Problem


def truncated_newton(
    problem: Problem,
    scores: Array,
    gradient: Params,
    tolerance: Hyperparameter,
    damping: Hyperparameter,
    ridge: Hyperparameter = 0.0,
    preconditioner: Callable[[Params], Params] | None = None,
) -> Params:
    """The Newton step by conjugate gradients, two passes over x for each iteration.

    Args:
        problem: the problem whose Hessian is used.
        scores: scores of its examples, `[outputs, examples]`.
        gradient: the step is minus the inverse of the Hessian times this.
        tolerance: relative residual at which the iterations stop.
        damping: added to the second derivatives of the losses.
        ridge: added to the Hessian's diagonal for the weights, a scalar or `[outputs, features]`.
        preconditioner: an approximate inverse of the Hessian times a vector.

    Returns:
        The step.
    """
    _, hvp = jax.linearize(lambda z: problem.linearize(z).slopes, scores)
    ridge = problem.model.l2 + ridge

    def hessian_times(v: Params) -> Params:
        change = problem.scores(v)
        product = problem.vjp(hvp(change) + damping * change)
        return product._replace(weights=product.weights + ridge * v.weights)

    downhill = jax.tree.map(jnp.negative, gradient)
    step, _ = cg(hessian_times, downhill, tol=tolerance, maxiter=100, M=preconditioner)
    return Params(*step)
