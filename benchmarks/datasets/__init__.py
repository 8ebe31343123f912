"""Data sets, one file each. A file here is found by its name; nothing lists it."""
