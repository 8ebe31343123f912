"""A record with a row of each kind, as a run leaves it."""

from benchmarks.contract import Record
from benchmarks.kinds.solve import SolveRow
from benchmarks.kinds.sweep import SweepRow
from benchmarks.kinds.training import TrainingRow
from benchmarks.proof.tolerance_sweep import CurvePoint

COSTS = {"import": 0.1, "transfer": 0.2, "first": 3.0, "peak_memory": 2.0**20}

FACTS = {
    "why": "why", "source": "seed 0", "model": "logistic", "examples": 100, "features": 5,
    "outputs": 1, "models": 1, "sweep": {},
}  # fmt: skip
TRAINING = FACTS | {
    "optimizer": "adam", "learning_rate": 0.1, "momentum": 0.0, "batch_size": 10, "epochs": 2,
    "steps": 20, "x_bytes": 2000, "precision": "float32",
    "curve": {"done": [0.5, 1.0], "loss": [0.7, 0.6]},
}  # fmt: skip

ENVIRONMENT = {
    "host": "h", "cpu": "Some CPU", "cores": 2, "memory_gib": 8.0, "gpus": [], "system": "Linux",
    "python": "3.11", "load": 0.1, "versions": {"jax": "0.10"}, "variables": {}, "commit": "abc",
}  # fmt: skip

CEILINGS = {
    "devices": {"cpu": {"float32": [1e11, "XLA"], "memory": [1e10, "NumPy"], "launch": [3e-6, "XLA"]}},
    "missing": {"PyTorch": "needs torch"},
}  # fmt: skip


def training_row(name="jax_scan", library="jax", blocks=((1.0, 2.0), (1.1, 2.1))):
    return TrainingRow(
        "training", name, library, "cpu", "ok", blocks=[list(rounds) for rounds in blocks],
        examples=200, epochs=2,
        parity={"weights": 1e-7, "allowed": 1e-4}, costs=dict(COSTS),
    )  # fmt: skip


def record():
    """A run of a training, a sweep and a solve."""
    point = CurvePoint(0.1, 0.5, 1.0, 1e-5, [[0.2, 0.3]])
    rows = [
        training_row(),
        SweepRow("sweep", "jax_sweep", status="failed", reason="killed"),
        SolveRow(
            "solve", "jax_solve", "jax", "cpu", "ok", costs=dict(COSTS), points=[point], chosen=0
        ),
        training_row("torch_eager", "torch", ((2.0, 2.5), (2.1, 2.6))),
    ]
    facts = {
        "training": TRAINING | {"kind": "training"},
        "sweep": TRAINING | {"kind": "sweep", "models": 2, "sweep": {"l2": [0.1, 1.0]}},
        "solve": FACTS | {"kind": "solve", "l2": 0.1, "l1": 0.0, "required_gap": 1e-4},
    }
    return Record(ENVIRONMENT, "pytest", "2026-01-01T00:00:00", facts, rows, CEILINGS)
