"""Which solver to take: the rules of docs/solvers.md as a function."""

import jax

from ._checks.models import check_model
from ._checks.scalars import check_size
from ._checks.solvers import check_supported
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
    model: Model, num_examples: int, num_features: int, num_outputs: int = 1, num_models: int = 1
) -> FullBatchSolver:
    """A good first choice of solver, from the measurements in docs/performance.md.

        solver = lj.recommended_solver(model, *x.shape, num_outputs=10)
        solution = lj.solve(model, solver, params, lj.Batch(x, y))

    It looks at no data, so another solver can be faster for yours: with l1 and many hundred nonzero
    weights, `Proximal` is.

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
        ValueError: if a number is not positive, or no solver supports the model.
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
        solver = WorkingSet() if WorkingSet().unsupported(model) is None else Proximal()
        check_supported(model, solver)
        return solver
    # A Gram matrix of so many features costs no more than some dozen passes over x.
    narrow = num_features <= 1_024
    if NormalEquations().unsupported(model) is None and narrow:
        return NormalEquations()
    # Newton takes fewer steps than L-BFGS, whose passes over many examples are cheaper.
    if num_outputs == 1 and num_models > 1 and narrow:
        return Newton()
    # 10 outputs and 100 were measured (mnist_solve, hundred_classes); 20 lies between. The sample has 4,096
    # to 8,191 examples, so that its steps cost little beside a pass. Many models would each have a sample.
    if 1 < num_outputs <= 20 and num_models == 1 and num_examples > 20_000:
        return SubsampledNewton()
    return LBFGS()
