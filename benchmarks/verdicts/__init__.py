"""What can be said from timings: intervals, verdicts, and "cannot tell"."""
