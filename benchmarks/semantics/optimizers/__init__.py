"""A file for each library, with the functions and constants of `questions.Library`."""
