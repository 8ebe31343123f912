"""What the checks let through, and with which result."""
