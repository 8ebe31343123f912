"""Fits by scikit-learn's solvers: the objective of a task, in the form in which they are fastest."""

from dataclasses import replace
from typing import Any

import numpy as np
import sklearn
from joblib import Parallel, cpu_count, delayed
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from threadpoolctl import ThreadpoolController

from benchmarks.contract import Arrays, Outcome, Runner, Solve

# With many small models, checking arguments takes longer than the fits.
sklearn.set_config(assume_finite=True, skip_parameter_validation=True)

SPARSE = 0.25
"""Share of nonzero numbers below which x is a sparse matrix. On a9a Newton with Cholesky becomes seven
times as fast and the others up to four times, on MNIST the two that can solve it at least twice."""

LARGE = 10**6
"""Size of x above which a task in float32 is solved in it, up to twice as fast; below it is no faster, and
less accurate."""

MANY = 100
"""Number of models from which one process per core fits a part of them. On two cores a thousand fits of
500 x 20 take 0.38 s in place of 0.67 s, a path of 50 strengths two thirds of the time, twenty fits longer.
Threads gain nothing. Starting the processes takes 0.9 s, which the cold time includes."""

Settings = dict[str, Any]


def needs_smooth(task: Solve) -> str | None:
    """The reason why a solver without l1 penalty cannot solve the task, or None."""
    return "this solver of scikit-learn has no l1 penalty; saga has" if task.l1 else None


def runner(
    task: Solve,
    arrays: Arrays,
    solver: str,
    dtype: type[np.floating] | None = None,
    **settings: Any,
) -> Runner:
    """A loop over models, or `LogisticRegressionCV` for a path of penalties with folds.

    Args:
        task, arrays: the task and its arrays.
        solver: scikit-learn's name of the solver.
        dtype: dtype of x; by default the faster one, float32 where x is large.
        settings: further arguments of the estimators.
    """
    large = arrays.x.size > LARGE
    x = arrays.x.astype(dtype or (arrays.x.dtype if large else np.float64))
    # with a sparse x saga takes a hundredth of the step in the bias: 1e-6 on a9a takes minutes
    if solver != "saga" and np.count_nonzero(x) < SPARSE * x.size:
        x = csr_array(x)
        # liblinear supports int32 indices only
        x.indices, x.indptr = x.indices.astype(np.int32), x.indptr.astype(np.int32)
    # so that only the tolerance ends a solve
    common = {"solver": solver, "max_iter": 10**6, **settings}
    made = (_path if "fold" in task.sweep else _loop)(task, arrays, x, common)
    return replace(made, use_threads=_use_threads) if large else _on_one_thread(made)


def _use_threads(count: int) -> None:
    """Set the number of threads of matrix products and of OpenMP."""
    ThreadpoolController().limit(limits=count)


def _on_one_thread(runner: Runner) -> Runner:
    """The runner with matrix products on one thread.

    Small products gain nothing from a second thread, and on a busy machine the threads wait for each other.
    A thousand fits of 500 x 20 took 2 s on one thread and 31 s on two.
    """
    controller = ThreadpoolController()

    def run(tol: float) -> Any:
        with controller.limit(limits=1):
            return runner.run(tol)

    return replace(runner, run=run)


def _loop(task: Solve, arrays: Arrays, x: Any, common: Settings) -> Runner:
    l2 = np.array([task.l2]) if arrays.l2 is None else arrays.l2.astype(np.float64)
    penalties = [
        {"C": 1 / (x.shape[0] * (s + task.l1)), "l1_ratio": task.l1 / (s + task.l1)} for s in l2
    ]
    targets = np.broadcast_to(arrays.y, (len(l2), x.shape[0]))
    each = [({**common, **penalty}, y) for penalty, y in zip(penalties, targets, strict=True)]
    processes = _processes(task)
    parts = [each[i::processes] for i in range(processes)]

    def run(tol: float) -> list[LogisticRegression]:
        done = Parallel(processes)(delayed(_fit_all)(x, part, tol) for part in parts)
        return [done[i % processes][i // processes] for i in range(len(each))]

    def collect(fitted: list[LogisticRegression]) -> Outcome:
        weights, bias = (np.stack([getattr(f, n) for f in fitted]) for n in ("coef_", "intercept_"))
        return Outcome(weights, bias) if task.sweep else Outcome(weights[0], bias[0])

    return Runner(run, collect)


def _processes(task: Solve) -> int:
    return int(cpu_count()) if task.models >= MANY else 1


def _fit_all(
    x: Any, each: list[tuple[Settings, np.ndarray]], tol: float
) -> list[LogisticRegression]:
    return [LogisticRegression(tol=tol, **settings).fit(x, y) for settings, y in each]


def _path(task: Solve, arrays: Arrays, x: Any, common: Settings) -> Runner:
    assert arrays.sample_weight is not None, "folds are sample weights of 0 and 1"
    assert arrays.l2 is not None, "each model of a path has its penalty"
    folds = len(task.sweep["fold"])
    trained, l2 = arrays.sample_weight[:folds] > 0, arrays.l2[::folds].astype(np.float64)
    common |= {
        # strong penalties first: each fit starts from the previous solution
        "Cs": np.sort(1 / (l2 * trained[0].sum())),
        "cv": [(np.flatnonzero(t), np.flatnonzero(~t)) for t in trained],
        "l1_ratios": (0.0,),
        "scoring": "accuracy",
        "refit": False,
        "use_legacy_attributes": False,
        "n_jobs": _processes(task),
    }
    order = np.argsort(np.argsort(-l2))

    def run(tol: float) -> LogisticRegressionCV:
        return LogisticRegressionCV(tol=tol, **common).fit(x, arrays.y)

    def collect(fitted: LogisticRegressionCV) -> Outcome:
        # [folds, ratios, strengths, outputs, features + 1] to the task's order of models
        paths = fitted.coefs_paths_[:, 0, order].swapaxes(0, 1)
        paths = paths.reshape(task.models, *paths.shape[2:])
        return Outcome(paths[..., :-1], paths[..., -1])

    return Runner(run, collect)
