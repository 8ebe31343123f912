"""Tests of `benchmarks/frameworks`."""
