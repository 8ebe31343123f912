"""Workloads, one file each: `TASKS`, with the reason for each number, and optionally `LESSONS`.

The task of a lesson is also in `TASKS`, unless the lesson has implementations of its own.
"""
