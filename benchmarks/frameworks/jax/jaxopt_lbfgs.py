"""jaxopt's L-BFGS with its own line search. The library is no longer developed, and still much used."""

import jax
import jaxopt

from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.frameworks.jax._smooth import Objective, Params, needs_smooth, runner

LIBRARY = "jaxopt"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    return needs_smooth(task)


def _minimise(objective: Objective, tol: jax.Array, start: Params) -> Params:
    """The optimal parameters of one model: the norm of the gradient is at most `tol`."""
    solver = jaxopt.LBFGS(
        objective, tol=tol, maxiter=10_000, history_size=20, stop_if_linesearch_fails=True
    )
    params: Params = solver.run(start).params
    return params


def prepare(task: Solve, arrays: Arrays) -> Runner:
    return runner(task, arrays, _minimise)
