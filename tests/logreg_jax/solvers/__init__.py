"""Tests of `logreg_jax/solvers`."""
