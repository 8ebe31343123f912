"""Timing in turn of everything that is to be compared."""
