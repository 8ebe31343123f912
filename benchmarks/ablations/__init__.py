"""What single techniques gain today: each is timed against its plain form on the machine at hand."""
