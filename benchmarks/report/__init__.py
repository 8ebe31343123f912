"""From stored results to a summary table, a page and its pictures."""
