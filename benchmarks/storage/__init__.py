"""Files and folders of a run: written whole, held by one process, cleaned up after one that was killed."""
