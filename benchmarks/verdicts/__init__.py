"""Verdicts from timings: intervals, comparisons with rivals, headlines, and numbers as text."""
