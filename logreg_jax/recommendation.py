"""Which solver to take: the rules of docs/solvers.md as a function."""

import jax

from ._checks.models import check_model
from ._checks.scalars import check_size
from ._engine.penalties import has_l1
from ._engine.protocols import FullBatchSolver
from ._types import Model
from .solvers.closed_form import NormalEquations
from .solvers.lbfgs import LBFGS
from .solvers.newton import Newton
from .solvers.proximal import Proximal
from .solvers.subsampled_newton import SubsampledNewton
from .solvers.working_set import WorkingSet


def recommended_solver(
    model: Model,
    num_examples: int,
    num_features: int,
    num_outputs: int = 1,
    num_models: int = 1,
) -> FullBatchSolver:
    """The solver that is fastest on most problems of this kind and size.

        solver = lj.recommended_solver(model, *x.shape, num_outputs=10)
        solution = lj.solve(model, solver, params, lj.Batch(x, y))

    It looks at no data, so another solver can be faster for yours: with l1 and many hundred weights that
    are not zero, `Proximal` is.

    Args:
        model: with its penalties; an l1 that is traced counts as one that is not zero.
        num_examples: rows of x.
        num_features: columns of x.
        num_outputs: scores of an example; the number of classes for softmax.
        num_models: how many models are solved together, as by `solve_many`.

    Returns:
        A solver that supports the model, with its defaults.

    Raises:
        TypeError: if `model` is not a `Model`, or a number is not an integer.
        ValueError: if a number is not positive.
    """
    check_model(model)
    sizes = {
        "num_examples": num_examples,
        "num_features": num_features,
        "num_outputs": num_outputs,
        "num_models": num_models,
    }
    for name, size in sizes.items():
        check_size(name, size)
    if isinstance(model.l1, jax.core.Tracer) or has_l1(model):
        return WorkingSet() if WorkingSet().unsupported(model) is None else Proximal()
    # A Gram matrix of so many features costs no more than some dozen passes over x.
    if NormalEquations().unsupported(model) is None and num_features <= 1_024:
        return NormalEquations()
    if num_outputs == 1:
        # L-BFGS has cheaper passes over many examples, Newton takes fewer steps on many small models.
        return LBFGS() if num_models == 1 else Newton()
    # 10 outputs and 100 were measured (mnist_solve, hundred_classes); 20 lies between. The sample of 4,096
    # examples is then a fifth of all or less, so that its steps cost little beside a pass.
    if num_outputs <= 20 and num_examples > 20_000:
        return SubsampledNewton()
    return LBFGS()
