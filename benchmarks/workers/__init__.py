"""Who does the work: a process for each implementation, and our end of the wire to it."""
