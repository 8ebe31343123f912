"""Derivatives of a minimum by the implicit function theorem."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy.sparse.linalg import cg

from .._types import Batch, Model, Params, PyTree
from .objective import penalized_loss
from .penalties import l1_of
from .precision import highest_precision


@jax.custom_vjp
def with_implicit_derivatives(_model: Model, minimum: Params, _data: Batch) -> Params:
    """`minimum`, with its reverse-mode derivatives with respect to the leaves of model and data.

    At the minimum the gradient is zero, so its derivatives with respect to the parameters (the Hessian)
    and everything else give those of the minimum (implicit function theorem). Weights that l1 holds at
    zero stay there. The equations with the Hessian are solved by conjugate gradients. Source:
    Blondel et al., "Efficient and modular implicit differentiation" (2022).

    Args:
        _model: the model whose loss is minimal; only its derivatives are used.
        minimum: the minimum; derivatives do not pass through its computation.
        _data: all examples; only their derivatives are used.

    Returns:
        `minimum`.
    """
    return minimum


def _forward(
    model: Model, minimum: Params, data: Batch
) -> tuple[Params, tuple[Model, Params, Batch]]:
    return minimum, (model, _once_differentiable(minimum, model, data), data)


@jax.custom_jvp
def _once_differentiable(minimum: Params, _model: Model, _data: Batch) -> Params:
    """`minimum`, as the backward pass reads it; differentiating that pass is refused.

    The minimum is a constant there, and second derivatives would be wrong without a word.
    """
    return minimum


@_once_differentiable.defjvp
def _refuse_second_derivatives(_primals: Any, _tangents: Any) -> Any:
    raise TypeError(
        "got a second derivative of a solve; expected first derivatives only. Take a difference of two "
        "first derivatives, at a small tol."
    )


@highest_precision  # TF32 products could not solve to so small a tolerance
def _backward(residuals: tuple[Model, Params, Batch], cotangent: Params) -> tuple[PyTree, ...]:
    model, minimum, data = residuals
    free = (minimum.weights != 0) | (jnp.asarray(l1_of(model)) == 0)

    def on_free_weights(vector: Params) -> Params:
        return vector._replace(weights=jnp.where(free, vector.weights, 0))

    def gradient(model: Model, params: Params, data: Batch) -> Params:
        return on_free_weights(jax.grad(lambda p: penalized_loss(model, p, data))(params))

    def hessian_times(step: Params) -> Params:
        tangent = on_free_weights(step)
        product = jax.jvp(lambda p: gradient(model, p, data), (minimum,), (tangent,))[1]
        # The identity stands in for weights that stay at zero: their right-hand side is zero.
        return product._replace(weights=jnp.where(free, product.weights, step.weights))

    tol = 10 * float(jnp.finfo(minimum.bias.dtype).eps)
    # A right-hand side without a solution, such as a common shift of softmax's biases, stops at maxiter.
    step: Any = cg(hessian_times, on_free_weights(cotangent), tol=tol, maxiter=1000)[0]
    vjp = jax.vjp(lambda model, data: gradient(model, minimum, data), model, data)[1]
    model_cotangent, data_cotangent = vjp(jax.tree.map(jnp.negative, step))
    return model_cotangent, jax.tree.map(jnp.zeros_like, minimum), data_cotangent


with_implicit_derivatives.defvjp(_forward, _backward)
