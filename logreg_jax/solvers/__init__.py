"""Solvers, one file each. A file here is found by its name; nothing lists it.

Each file defines a solver (see `base.Solver`) and `EXAMPLES`, instances of it with ordinary
hyperparameters, which the contract tests run.
"""
