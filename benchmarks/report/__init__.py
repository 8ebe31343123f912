"""What is shown of a run: in the terminal, as Markdown and as a page."""
