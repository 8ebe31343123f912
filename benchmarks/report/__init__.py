"""The report of a run: in the terminal, as Markdown and as a page."""
