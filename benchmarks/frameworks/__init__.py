"""Implementations, one file each, one process each; the files of a library have a folder.

A file is found by its name. It keeps `benchmarks.contract.Implementation`, and imports the contract,
its library and files of its own folder only.
"""
