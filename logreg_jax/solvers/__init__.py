"""Solvers, one file each, and the types that the author of a solver needs.

A file here defines one or more frozen dataclasses with the methods of `Solver` or `FullBatchSolver`,
and defaults for all hyperparameters where that makes sense. The contract tests find it by its name.
"""

from .._engine.problem import Linearization as Linearization
from .._engine.problem import Point as Point
from .._engine.problem import Problem as Problem
from .._engine.problem import Scales as Scales
from .._engine.protocols import FullBatchSolver as FullBatchSolver
from .._engine.protocols import Solver as Solver
