"""Workloads, one file each: `TASKS`, with the reason for each number, and perhaps `LESSONS`.

The task of a lesson is one of `TASKS`, too, unless the lesson brings its own implementations.
"""
