"""Tests of `benchmarks/machine`."""
