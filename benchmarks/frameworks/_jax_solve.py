"""What this library's solves share: the model of a task, its data, and the solver for it."""

from dataclasses import replace

import logreg_jax as lj
from benchmarks.frameworks._jax import use_precision
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Problem


def model(task: SolveTask, problem: Problem) -> lj.Model:
    """The model with its penalties; l2 is `[models]` where there are many."""
    use_precision(task)
    loss = {"logistic": lj.logistic, "softmax": lj.softmax}[task.model]
    return replace(loss, l2=task.l2 if problem.l2 is None else problem.l2, l1=task.l1)


def data(problem: Problem) -> lj.Batch:
    """The examples, in NumPy."""
    return lj.Batch(problem.x, problem.y, problem.weight)


def solver(task: SolveTask, problem: Problem) -> lj.FullBatchSolver:
    """The one that docs/solvers.md recommends."""
    single = task.model == "logistic"
    if task.l1:
        return lj.ProximalNewton() if single else lj.Proximal()
    if single:
        # on many examples L-BFGS has the cheaper passes; many small models: Newton, few steps
        return lj.Newton() if task.sweep else lj.LBFGS()
    return lj.SubsampledNewton() if len(problem.x) > 20_000 else lj.LBFGS()
