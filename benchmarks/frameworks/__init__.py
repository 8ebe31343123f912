"""Implementations: one file and one process each, in a folder per library.

A file is found by its name. It satisfies `benchmarks.contract.Implementation`, and imports its library, the
contract and files of its own folder only.
"""
