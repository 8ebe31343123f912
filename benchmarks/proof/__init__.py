"""Whether a row did the task: parity with a reference, or a certified gap. Only such a row is timed."""
