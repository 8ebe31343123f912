"""How the library computes: losses, passes over x, trainings, solves and their bounds.

Nothing here is public. What the author of a solver needs is re-exported by `logreg_jax.solvers`.
"""
