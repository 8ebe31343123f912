"""Tests of `benchmarks/lessons`."""
