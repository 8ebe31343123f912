"""Formulations that exist only to persuade a compiler, each with its plain form and its measured gain.

Mathematically every function here is a line of NumPy, which its docstring states. The line is written
in another way because XLA's CPU backend makes a faster program of that. All gains were measured with
JAX 0.10.2 and its jaxlib on 2 cores of an AMD EPYC. `python -m benchmarks.ablations.xla` measures
them again: a trick that gains nothing any more is replaced by its plain form and deleted.
"""
