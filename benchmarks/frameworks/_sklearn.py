"""What the scikit-learn rows share: the same objective, in the form in which it is fastest there."""

import numpy as np
import sklearn
from joblib import Parallel, cpu_count, delayed
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from threadpoolctl import ThreadpoolController

from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Outcome, Problem, Runner

# Where many small models are fitted, checking their arguments takes longer than the fits.
sklearn.set_config(assume_finite=True, skip_parameter_validation=True)

SPARSE = 0.25
"""Where a smaller share of x is not zero it is given as a sparse matrix. On a9a Newton with Cholesky gains
seven times by it, the others up to four times; on MNIST the two that can solve it gain twice or more."""

LARGE = 10**6
"""Numbers in x above which float32 pays, up to twice. Below it is no faster, and rounding ends it early."""


MANY = 100
"""Models from which they are shared out to one process per core. On two cores a thousand fits of 500 x 20
take 0.38 s in place of 0.67 s, a path of 50 strengths two thirds of the time, twenty fits longer. Threads
gain nothing. What starting the processes takes, 0.9 s, is in the cold time."""


def only_smooth(task: SolveTask) -> str | None:
    """The reason of solvers that know no l1."""
    return "this solver of scikit-learn knows no l1 penalty; saga does" if task.l1 else None


def runner(task: SolveTask, problem: Problem, solver: str, dtype=None, **settings) -> Runner:
    """A loop over models, or `LogisticRegressionCV` where these are strengths and folds.

    Args:
        task, problem: what is solved.
        solver: scikit-learn's name.
        dtype: of x; by default what is faster, float32 where x is large.
        settings: further arguments of the estimators.
    """
    large = problem.x.size > LARGE
    x = problem.x.astype(dtype or (np.float32 if large else np.float64))
    # saga in sparse form moves the bias a hundred times as slowly: 1e-6 on a9a takes minutes
    if solver != "saga" and np.count_nonzero(x) < SPARSE * x.size:
        x = csr_array(x)
        # liblinear takes no others
        x.indices, x.indptr = x.indices.astype(np.int32), x.indptr.astype(np.int32)
    # The end is a matter of the tolerance alone.
    common = {"solver": solver, "max_iter": 10**6, **settings}
    made = (_path if "fold" in task.sweep else _loop)(task, problem, x, common)
    return made if large else _on_one_thread(made)


def _on_one_thread(runner: Runner) -> Runner:
    """Products this small gain nothing by more, and on a busy machine their threads wait for each other:
    a thousand fits of 500 x 20 took 2 s on one and 31 s on two."""
    controller = ThreadpoolController()

    def run(tol: float):
        with controller.limit(limits=1):
            return runner.run(tol)

    return runner._replace(run=run)


def _loop(task: SolveTask, problem: Problem, x, common: dict) -> Runner:
    l2 = np.array([task.l2]) if problem.l2 is None else problem.l2.astype(np.float64)
    penalties = [
        {"C": 1 / (x.shape[0] * (s + task.l1)), "l1_ratio": task.l1 / (s + task.l1)} for s in l2
    ]
    targets = np.broadcast_to(problem.y, (len(l2), x.shape[0]))
    each = [({**common, **penalty}, y) for penalty, y in zip(penalties, targets, strict=True)]
    processes = _processes(task)
    parts = [each[i::processes] for i in range(processes)]

    def run(tol: float) -> list[LogisticRegression]:
        done = Parallel(processes)(delayed(_fits)(x, part, tol) for part in parts)
        return [done[i % processes][i // processes] for i in range(len(each))]

    def collect(fitted: list[LogisticRegression]) -> Outcome:
        weights, bias = (np.stack([getattr(f, n) for f in fitted]) for n in ("coef_", "intercept_"))
        return Outcome(weights, bias, None) if task.sweep else Outcome(weights[0], bias[0], None)

    return Runner(run, collect)


def _processes(task: SolveTask) -> int:
    return cpu_count() if task.models >= MANY else 1


def _fits(x, each: list[tuple[dict, np.ndarray]], tol: float) -> list[LogisticRegression]:
    return [LogisticRegression(tol=tol, **settings).fit(x, y) for settings, y in each]


def _path(task: SolveTask, problem: Problem, x, common: dict) -> Runner:
    folds = len(task.sweep["fold"])
    trained, l2 = problem.weight[:folds] > 0, problem.l2[::folds].astype(np.float64)
    common |= {
        # weak penalties start from the solutions of strong ones
        "Cs": np.sort(1 / (l2 * trained[0].sum())),
        "cv": [(np.flatnonzero(t), np.flatnonzero(~t)) for t in trained],
        "l1_ratios": (0.0,),
        "scoring": "accuracy",
        "refit": False,
        "use_legacy_attributes": False,
        "n_jobs": _processes(task),
    }
    places = np.argsort(np.argsort(-l2))

    def run(tol: float) -> LogisticRegressionCV:
        return LogisticRegressionCV(tol=tol, **common).fit(x, problem.y)

    def collect(fitted: LogisticRegressionCV) -> Outcome:
        # [folds, ratios, strengths, outputs, features + 1] to the task's order of models
        found = fitted.coefs_paths_[:, 0, places].swapaxes(0, 1)
        found = found.reshape(task.models, *found.shape[2:])
        return Outcome(found[..., :-1], found[..., -1], None)

    return Runner(run, collect)
