"""Makes the options of the benchmarks known to every `pytest` that starts here."""

pytest_plugins = ["benchmarks.pytest_plugin"]
