"""Tests of `benchmarks/contract`."""
