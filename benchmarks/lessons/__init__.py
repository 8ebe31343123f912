"""Lessons: tutorials' trainings, run in every implementation and compared with the printed figures."""
