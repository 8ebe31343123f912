"""Trainings out of tutorials: what each implementation gives for the figures that a tutorial printed."""
