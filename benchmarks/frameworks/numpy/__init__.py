"""NumPy: the two references that every training and sweep is compared with, and an optimised training."""
