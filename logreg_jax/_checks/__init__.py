"""Checks that reject bad input with what was got, what was expected and what to do.

Shapes and dtypes are known at trace time and always checked. Values (labels in range, finite numbers,
indices inside the data) are checked on concrete arrays only: under the user's own `jit` or `vmap` there
are no values yet.
"""
