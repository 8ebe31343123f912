"""A sweep has a model for each combination of its values; `--quick` has short forms of some tasks."""

from benchmarks.contract import Solve, Sweep, Training

COMMON = {"name": "t", "dataset": "d", "model": "logistic", "why": ""}
TRAINING = {**COMMON, "optimizer": "sgd", "learning_rate": 0.1, "epochs": 9}


def test_models_are_the_combinations_of_the_swept_values():
    swept = {"l2": (0.1, 0.2), "fold": (0, 1, 2)}
    assert Training(**TRAINING).models == 1
    assert Sweep(**TRAINING, sweep=swept).models == 6
    assert Solve(**COMMON, required_gap=1e-6, sweep=swept).models == 6
    assert Solve(**COMMON, required_gap=1e-6).models == 1


def test_quick_forms_are_shorter_or_left_out():
    assert Training(**TRAINING).quick_form() is None
    assert Training(**TRAINING, quick_epochs=2).quick_form().epochs == 2
    assert Solve(**COMMON, required_gap=1e-6).quick_form() is None
    quick = Solve(**COMMON, required_gap=1e-6, quick=True)
    assert quick.quick_form() is quick
