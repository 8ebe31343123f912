"""Checks that reject bad input with what was got, what was expected and what to do.

Shapes and dtypes are known at trace time and always checked. Values (labels in range, finite numbers,
indices inside the data) are checked on concrete arrays only: what the user's own `jit`, `vmap` or `grad`
traces has no values yet. Arrays that such a function closes over are concrete, and are checked.

Each file owns one kind of argument; `examples` and `many` put them together for the public functions.
"""
