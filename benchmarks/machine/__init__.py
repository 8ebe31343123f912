"""On what it was measured: the machine's fingerprint, its cores, and how fast it can be at best."""
