"""What solves with `logreg_jax` share: the model of a task, its data, and the solver for it."""

from dataclasses import replace

import logreg_jax as lj
from benchmarks.contract import Arrays, Solve
from benchmarks.frameworks.jax._device import use_precision


def model(task: Solve, arrays: Arrays) -> lj.Model:
    """The model with its penalties; l2 is `[models]` where there are many."""
    use_precision(task)
    loss = {"logistic": lj.logistic, "softmax": lj.softmax}[task.model]
    return replace(loss, l2=task.l2 if arrays.l2 is None else arrays.l2, l1=task.l1)


def data(arrays: Arrays) -> lj.Batch:
    """The examples, in NumPy."""
    return lj.Batch(arrays.x, arrays.y, arrays.sample_weight)


def solver(task: Solve, arrays: Arrays) -> lj.FullBatchSolver:
    """The solver that docs/solvers.md recommends."""
    single = task.model == "logistic"
    if task.l1:
        return lj.ProximalNewton() if single else lj.Proximal()
    if single:
        # L-BFGS has the cheaper passes over many examples; Newton takes few steps on many small models
        return lj.Newton() if task.sweep else lj.LBFGS()
    return lj.SubsampledNewton() if len(arrays.x) > 20_000 else lj.LBFGS()
