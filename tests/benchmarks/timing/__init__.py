"""Tests of `benchmarks/timing`."""
