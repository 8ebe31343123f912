"""Tests of `benchmarks/verdicts`."""
