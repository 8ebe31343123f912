"""Data sets, one file each, found by its name. `benchmarks.contract.Dataset` says what a file has."""
