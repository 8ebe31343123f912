"""Workloads, one file each: `TASKS`, and the reason for each number."""
