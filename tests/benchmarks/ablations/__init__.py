"""Tests of `benchmarks/ablations`."""
