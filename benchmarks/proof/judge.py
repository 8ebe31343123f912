"""The judge of solves: a lower bound on the minimum in float64, and the distance of any parameters from it.

It runs in a worker of its own and solves the task itself, in float64. For any parameters, loss minus
certified gap is a lower bound on the minimum; for those that the judge finds it is a close one. Other
parameters are at least as far from this bound as from the minimum, and at most `SLACK` farther.
`logreg_jax.certificate` bounds one set of parameters in the same way; here the bound is worked out once for
all of them.
"""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import logreg_jax as lj
from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.proof.judging import Judgement

LIBRARY = "jax"

SLACK = 1e-11
"""How close the bound is to the minimum, relative to the loss: a hundredth of the smallest required gap."""

MODELS = {"logistic": lj.logistic, "softmax": lj.softmax}

_in_float64 = partial(jax.tree.map, lambda leaf: jnp.asarray(leaf, jnp.float64))


def unsupported(task: Solve) -> str | None:
    """Why this task cannot be judged, or None."""
    known = task.model in MODELS
    return None if known else f"the judge has no {task.model} model; it has {', '.join(MODELS)}"


def prepare(task: Solve, arrays: Arrays) -> Runner:
    """`run(weights, bias)` judges parameters, with a first axis `[models]` where there are many.

    Raises:
        RuntimeError: if the judge's own solve does not converge for every model.
    """
    jax.config.update("jax_default_matmul_precision", "highest")
    l2 = task.l2 if arrays.l2 is None else arrays.l2
    l1 = task.l1 if arrays.l1 is None else arrays.l1
    with jax.enable_x64(True):
        model = _in_float64(replace(MODELS[task.model], l2=l2, l1=l1))
        start = lj.Params(_in_float64(arrays.weights), _in_float64(arrays.bias))
        weight = None if arrays.sample_weight is None else _in_float64(arrays.sample_weight)
        data = lj.Batch(_in_float64(arrays.x), jnp.asarray(arrays.y), weight)
        many = lj.solve_many if task.sweep else lj.solve
        n, features = arrays.x.shape[-2:]
        solver = lj.recommended_solver(model, n, features, len(arrays.bias), task.models)
        found = many(model, solver, start, data, tol=SLACK, max_steps=10_000)
        _require_converged(found)
        below = np.asarray(_losses(task, model, found.params, data) - found.gap)

    def run(weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
        with jax.enable_x64(True):
            params = lj.Params(_in_float64(weights), _in_float64(bias))
            return np.asarray(_losses(task, model, params, data))

    def collect(losses: np.ndarray) -> Judgement:
        # where the bound is met exactly, rounding is what is left
        return Judgement(losses, np.maximum((losses - below) / below, np.finfo(np.float64).eps))

    return Runner(run, collect, jax.devices()[0].device_kind)


def _require_converged(found: lj.Solution) -> None:
    """A bound that is not close to the minimum would make every gap too large."""
    codes, counts = np.unique(np.asarray(found.status), return_counts=True)
    if codes.tolist() != [lj.Status.CONVERGED]:
        said = ", ".join(
            f"{lj.Status(code).name} ({count})" for code, count in zip(codes, counts, strict=True)
        )
        raise RuntimeError(
            f"got {said} from the judge's own solve; expected a bound within {SLACK:.0e} of the loss "
            "for every model. Give the task a larger penalty."
        )


def _losses(task: Solve, model: lj.Model, params: lj.Params, data: lj.Batch) -> jax.Array:
    if task.sweep:
        return lj.evaluate(model, params, data, lj.loss)
    return lj.loss(model, params, data)[None]
