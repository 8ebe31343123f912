"""How long: everything that is to be compared is timed in turn."""
