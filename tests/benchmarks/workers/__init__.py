"""Tests of `benchmarks/workers`."""
