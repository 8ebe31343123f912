"""The judge of all solves: a bound from below in float64, and everybody's distance from it.

It solves the task itself in float64. What it finds need not be trusted: the gap that comes with it is
certain, so that loss minus gap is below the minimum, whoever found it. The distance of any parameters
from this bound is then at least their distance from the minimum, and exceeds it by no more than `SLACK`.
`logreg_jax.certificate` bounds one set of parameters in the same way; here the bound is worked out once
for all of them.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import logreg_jax as lj
from benchmarks.frameworks import _jax_solve
from benchmarks.frameworks._jax import device
from benchmarks.solve_spec import SolveTask, Verdict
from benchmarks.spec import Problem, Runner

LIBRARY = "jax"

SLACK = 1e-11
"""The bound is this close to the minimum, relative to the loss: a thousandth of the smallest gap shown."""


def prepare(task: SolveTask, problem: Problem) -> Runner:
    """`run(weights, bias)` judges parameters, with a first axis `[models]` where there are many.

    Raises:
        RuntimeError: if the judge's own solve does not converge for every model.
    """
    with jax.enable_x64(True):
        model = _double(_jax_solve.model(task, problem))
        start = _double(lj.Params(problem.weights, problem.bias))
        weight = None if problem.weight is None else _double(problem.weight)
        data = lj.Batch(_double(problem.x), jnp.asarray(problem.y), weight)
        many = lj.solve_many if task.sweep else lj.solve
        solver = _jax_solve.solver(task, problem)
        found = many(model, solver, start, data, tol=SLACK, max_steps=10_000)
        _require_converged(found)
        below = np.asarray(_losses(task, model, found.params, data) - found.gap)

    def run(weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
        with jax.enable_x64(True):
            return np.asarray(_losses(task, model, _double(lj.Params(weights, bias)), data))

    def collect(losses: np.ndarray) -> Verdict:
        # where the bound is met exactly, rounding is what is left
        return Verdict(losses, np.maximum((losses - below) / below, np.finfo(np.float64).eps))

    return Runner(run, collect, device()[0])


def _require_converged(found: lj.Solution) -> None:
    """Whoever is judged by a bound that is not close gets a gap that is too large."""
    codes, counts = np.unique(np.asarray(found.status), return_counts=True)
    if codes.tolist() != [lj.Status.CONVERGED]:
        said = ", ".join(
            f"{lj.Status(code).name} ({count})" for code, count in zip(codes, counts, strict=True)
        )
        raise RuntimeError(
            f"got {said} from the judge's own solve; expected a bound within {SLACK:.0e} of the loss "
            "for every model. Give the task a larger penalty, or the judge another solver."
        )


def _losses(task: SolveTask, model: lj.Model, params: lj.Params, data: lj.Batch) -> jax.Array:
    if task.sweep:
        return lj.evaluate(model, params, data, lj.loss)
    return lj.loss(model, params, data)[None]


_double = partial(jax.tree.map, lambda leaf: jnp.asarray(leaf, jnp.float64))
