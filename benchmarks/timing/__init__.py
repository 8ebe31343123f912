"""Timing: rows that are compared are timed in turn."""
