"""NumPy: the references of trainings and of sweeps, and an optimised training."""
