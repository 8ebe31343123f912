"""Tests of `benchmarks/workloads`."""
