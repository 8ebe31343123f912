"""The machine and its ceilings in sentences."""

from benchmarks.report.machine import ceilings, machine
from tests.benchmarks.report.toys import record

MEASURED = {
    "devices": {"cpu": {"float32": [1e9, "XLA"], "memory": [2e10, "NumPy"], "launch": [4e-6, "XLA"],
                        "cache": [2**24, "Linux"]}},
    "missing": {"PyTorch": "needs torch"},
}  # fmt: skip


def test_ceilings_have_units_and_origins():
    run = record({})
    run.ceilings = MEASURED
    assert ceilings(run) == [
        "cpu: float32 1 GFLOP/s (XLA), memory 20 GB/s (NumPy), a launch 4 µs (XLA), "
        "last-level cache 16 MiB (Linux)",
        "not measured with PyTorch: needs torch",
    ]


def test_a_record_without_ceilings_says_so():
    """Old records have none, and neither have runs in which measuring failed."""
    assert ceilings(record({})) == ["not measured in this run"]


def test_gpus_stand_beside_the_processor():
    environment = record({}).environment | {"gpus": ["Some GPU, driver 1"]}
    assert "8.0 GiB, Some GPU, driver 1; Linux" in machine(environment)
