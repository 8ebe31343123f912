"""Data sets, one file each, found by file name. `benchmarks.contract.Dataset` describes such a file."""
