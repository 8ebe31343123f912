"""What a worker counts of its own memory."""

from benchmarks.contract import Runner
from benchmarks.workers import host
from benchmarks.workers.host import Host


def test_memory_that_the_kernel_counts_late_is_no_negative_cost(monkeypatch):
    """A row with one was refused once: its peak was 100 kB below what the process held before."""
    runner = Runner(lambda: None, lambda raw: raw)
    asked = Host("frameworks", "numpy_float64", runner=runner, held=2_000_000)
    monkeypatch.setattr(host, "resident_peak", lambda: 1_900_000)
    assert asked.memory() == {"peak_memory": 1_900_000, "task_memory": 0}
