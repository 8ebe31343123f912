"""Tests of `benchmarks/kinds`."""
