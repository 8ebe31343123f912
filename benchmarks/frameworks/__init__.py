"""Reference implementations, one file each, one process each. A file here is found by its name."""
