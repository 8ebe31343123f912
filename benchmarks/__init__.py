"""The same training in every framework, proved to be the same before it is timed."""
