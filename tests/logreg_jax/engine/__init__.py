"""Tests of `logreg_jax/_engine`."""
