"""Tests of `benchmarks/datasets`."""
