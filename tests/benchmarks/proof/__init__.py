"""Tests of `benchmarks/proof`."""
