"""The machine: its fingerprint, its cores, and the ceilings of its speed."""
