"""Training runs as one compiled program: the only `scan` over steps in the library."""

from functools import partial

import jax
from jaxtyping import Array, Int, Scalar

from .._types import Batch, Fit, Model, Params, PyTree
from .._xla.columns import is_narrow, load_columns, store_columns
from .protocols import Solver
from .training_loss import batch_loss, full_batch_loss


def train(
    model: Model,
    solver: Solver,
    params: Params,
    state: PyTree,
    data: Batch,
    plan: Int[Array, "steps batch"] | None,
    steps: int | None,
) -> Fit:
    """The whole run, to be traced: along a plan, or `steps` times over all examples if it is None.

    Args:
        model: as in `fit`, checked.
        solver: as in `fit`, checked.
        params: as in `fit`, checked.
        state: solver state to continue from; a new one if None.
        data: as in `fit`, checked.
        plan: integers `[steps, batch]`, or None.
        steps: None with a plan.

    Returns:
        `Fit`, with losses `[steps]`.
    """
    if state is None:
        # Part of the program: called eagerly, `init` would launch its operations one by one before it.
        state = solver.init(params)
    full_loss, gathered_loss = partial(full_batch_loss, model), partial(batch_loss, model)
    by_columns = plan is None and is_narrow(data.x, params.bias.size)
    x = store_columns(data.x) if by_columns else data.x

    def one_step(
        carry: tuple[Params, PyTree], indices: Int[Array, " batch"] | None
    ) -> tuple[tuple[Params, PyTree], Scalar]:
        params, state = carry
        if indices is None:
            batch = data._replace(x=load_columns(x) if by_columns else x)
            params, state, value = solver.step(full_loss, params, state, batch)
        else:
            params, state, value = solver.step(gathered_loss, params, state, _gather(data, indices))
        return (params, state), value

    (params, state), losses = jax.lax.scan(one_step, (params, state), plan, length=steps)
    return Fit(params, state, losses)


compiled_train = jax.jit(train, static_argnames="steps")
"""`train` as one program."""


def _gather(data: Batch, indices: Int[Array, " batch"]) -> Batch:
    # Index -1 is padding: it reads the last row, and weight zero takes it out again. The weights of an
    # unpadded batch are all one; their sum costs nothing measurable beside the gather.
    weight = (indices >= 0).astype(data.x.dtype)
    if data.weight is not None:
        weight = weight * data.weight[indices]
    return Batch(data.x[indices], data.y[indices], weight)
