"""Linear, logistic and softmax regression in JAX, as pure functions.

A training run is one compiled program, driven by any optax optimiser along a batch order that is an
argument:

    import jax, optax
    import logreg_jax as lj

    params = lj.init(num_features=64, num_outputs=10)
    plan = lj.epoch_plan(jax.random.key(0), num_examples=len(y), batch_size=100, epochs=20)
    fit = lj.fit(lj.softmax, lj.Optax(1e-3, optax.adam), params, lj.Batch(x, y), plan)
    lj.accuracy(lj.softmax, fit.params, lj.Batch(x_test, y_test))

Data is a `Batch` of x `[examples, features]`, y `[examples]` and optional sample weights;
parameters are `Params` of weights `[outputs, features]` and bias `[outputs]`. Arguments always come
in the order model, solver, params, state, data. Hyperparameters (the penalty of a model, the learning
rate of a solver) are pytree leaves: changing one compiles nothing. Names of types such as `Metric` are
for annotations. The types that the author of a solver needs are in `logreg_jax.solvers`.
"""

from ._engine.protocols import FullBatchSolver as FullBatchSolver
from ._engine.protocols import Solver as Solver
from ._types import ArrayInput as ArrayInput
from ._types import Batch as Batch
from ._types import ExampleLoss as ExampleLoss
from ._types import Fit as Fit
from ._types import Folds as Folds
from ._types import Hyperparameter as Hyperparameter
from ._types import Metric as Metric
from ._types import Model as Model
from ._types import Objective as Objective
from ._types import Params as Params
from ._types import Progress as Progress
from ._types import PyTree as PyTree
from ._types import Solution as Solution
from ._types import Splitter as Splitter
from ._types import Status as Status
from ._types import Target as Target
from .certificates import Certificate as Certificate
from .certificates import certificate as certificate
from .cross_validation import CrossValidation as CrossValidation
from .cross_validation import cross_validate as cross_validate
from .cross_validation import k_folds as k_folds
from .metrics import accuracy as accuracy
from .metrics import log_loss as log_loss
from .metrics import mean_squared_error as mean_squared_error
from .metrics import r2 as r2
from .models import init as init
from .models import linear as linear
from .models import logistic as logistic
from .models import loss as loss
from .models import predict as predict
from .models import score as score
from .models import softmax as softmax
from .plans import epoch_plan as epoch_plan
from .plans import full_batch_plan as full_batch_plan
from .recommendation import recommended_solver as recommended_solver
from .sample_weights import sample_weights as sample_weights
from .selection import Best as Best
from .selection import best as best
from .selection import evaluate as evaluate
from .selection import grid as grid
from .solvers.closed_form import NormalEquations as NormalEquations
from .solvers.first_order import Optax as Optax
from .solvers.lbfgs import LBFGS as LBFGS
from .solvers.newton import Newton as Newton
from .solvers.proximal import Proximal as Proximal
from .solvers.subsampled_newton import SubsampledNewton as SubsampledNewton
from .solvers.working_set import WorkingSet as WorkingSet
from .solving import solve as solve
from .solving_many import solve_many as solve_many
from .solving_path import solve_path as solve_path
from .sweeps import Sweep as Sweep
from .sweeps import sweep as sweep
from .sweeps import sweep_full_batch as sweep_full_batch
from .training import fit as fit
from .training import fit_full_batch as fit_full_batch
from .training import step as step
