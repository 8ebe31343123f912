"""Tests of `logreg_jax/_xla`."""
