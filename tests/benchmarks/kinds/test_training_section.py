"""What the report says of a training."""

import pytest

from benchmarks.contract import Bars, Curves, Record, Row
from benchmarks.kinds import get_kind
from benchmarks.kinds.training import TrainingRow
from benchmarks.report import terminal
from benchmarks.report.markdown import markdown
from benchmarks.report.page import page
from tests.benchmarks.report.toys import record as empty_record

FAST, SLOW = [0.010, 0.011, 0.0105, 0.0102, 0.0108], [0.030, 0.032, 0.031, 0.0305, 0.0315]

# 0.0024 s of arithmetic, 0.0008 s of memory: the rows need 0.0105 and 0.031
CEILINGS = {
    "devices": {"cpu": {"float32": [1e9, "XLA"], "memory": [1e9, "NumPy"], "launch": [4e-6, "XLA"],
                        "cache": [2**10, "Linux"]}},
}  # fmt: skip


def row(implementation: str, library: str, seconds: list[float]) -> TrainingRow:
    """A row with a round in each of as many processes."""
    costs = {"import": 0.5, "transfer": 0.1, "first": 2.0, "peak_memory": 3e8, "run_memory": 2**21}
    parity = {"weights": 1e-7, "allowed": 1e-5, "loss": 1e-8}
    return TrainingRow("toy", implementation, library, "cpu", "ok", "", costs, [[s] for s in seconds],
                       10_000, 10,                       parity, {"test_accuracy": 0.9})  # fmt: skip


def bad(implementation: str, status: str, reason: str) -> TrainingRow:
    return TrainingRow("toy", implementation, status=status, reason=reason)


def record(*rows: Row, **ceilings: object) -> Record:
    task = {
        "kind": "training", "model": "softmax", "examples": 1000, "features": 20, "outputs": 3,
        "optimizer": "adam", "momentum": 0.0, "learning_rate": 0.01, "batch_size": 100, "epochs": 10,
        "steps": 100, "why": "a <toy>", "source": "seed 0", "models": 1, "precision": "float32",
        "x_bytes": 80_000, "curve": {"done": [0.5, 1.0], "loss": [2.0, 0.2]},
    }  # fmt: skip
    kept = empty_record({}, *rows)
    kept.tasks, kept.ceilings = {"toy": task}, ceilings
    return kept


def section(kept: Record):
    return get_kind("training").section(kept, "toy")


def test_a_row_of_a_single_process_is_shown_everywhere(capsys):
    """As after Ctrl-C in the first block: nothing is known of how much processes differ."""
    once = record(
        row("jax_scan", "jax", [0.01]), row("tf_xla", "tensorflow", [0.02, 0.021]), **CEILINGS
    )
    shown = section(once)
    cells = shown.rows[0]
    assert cells[:3] == ["jax_scan", "1 M", "unknown"]
    assert cells[4] == "cannot tell"
    assert shown.headline == (
        "jax_scan took less time than tf_xla in one process, which decides nothing: "
        "a ratio of 2.05 (one process)."
    )
    bars = shown.charts[0]
    assert (bars.low[0], bars.values[0], bars.high[0]) == pytest.approx((1e6, 1e6, 1e6))
    terminal.show(once)
    assert "2.05 (one process)" in capsys.readouterr().out
    assert "2.05 (one process)" in markdown(once)
    assert "2.05 (one process)" in page(once, [])


TYPICAL = (
    row("jax_scan", "jax", FAST),
    row("torch_compile", "torch", SLOW),
    bad("tf_eager", "failed", "in round 2: the worker was ended by SIGKILL"),
    bad("tf_xla", "skipped", "needs tensorflow"),
    bad("keras_fit", "skipped", "needs tensorflow"),
    bad("wrong", "parity failed", "at step 1: a weight differs"),
)


def test_the_report_says_everything_wherever_it_is_read(capsys):
    kept = record(*TYPICAL, **CEILINGS)
    terminal.show(kept)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 120
    assert "…" not in shown
    assert "tf_xla, keras_fit: skipped: needs tensorflow" in shown
    for text in (shown, markdown(kept), page(kept, [])):
        words = " ".join(text.split())
        for said in ("jax_scan is the fastest: 2.95 [", "953 k", "faster", "286",
                     "parity failed: at step 1: a weight differs", "SIGKILL", "23%", "7.7%",
                     "Bound by arithmetic: ideally 4.17 M examples/s.",
                     "float32 1 GFLOP/s (XLA)",
                     "MiB that one warm run adds: jax_scan 2, torch_compile 2."):  # fmt: skip
            assert said in words


def test_a_step_that_is_shorter_than_a_launch_is_said_to_be():
    cpu = CEILINGS["devices"]["cpu"] | {"launch": [1e-4, "XLA"]}
    assert section(record(*TYPICAL, devices={"cpu": cpu})).notes[2] == (
        "Bound by launches: a step is 24 µs of arithmetic, a launch takes 100 µs. "
        "Ideally 4.17 M examples/s; 1 M with a launch for every step."
    )


def test_the_control_is_a_note_and_sets_the_noise_floor():
    """A difference of 4% is certain here, but two runs of the same program differ by 5%."""
    fast, rival = (
        row("jax_scan", "jax", FAST),
        row("tf_xla", "tensorflow", [1.04 * s for s in FAST]),
    )
    again = row("jax_scan (again)", "jax", [1.05 * s for s in FAST])
    alone, controlled = section(record(fast, rival)), section(record(fast, rival, again))
    assert alone.notes[0] == "Without a control: no verdict up to a difference of 5.0%."
    assert controlled.notes[0] == (
        "Control: jax_scan and jax_scan again, in other processes, differ by a ratio of "
        "1.050 [1.050, 1.050]; no verdict up to a difference of 5.0%."
    )
    assert [cells[0] for cells in controlled.rows] == ["jax_scan", "tf_xla"]
    assert "cannot be told apart" in controlled.headline
    calm = row("jax_scan (again)", "jax", [1.01 * s for s in FAST])
    assert "jax_scan is the fastest" in section(record(fast, rival, calm)).headline


def test_rows_that_are_not_known_closely_are_named():
    close, far = row("jax_scan", "jax", [0.01, 0.01001, 0.01]), row("torch", "torch", SLOW)
    assert (
        "Still wider than 2.0% when all rounds were done: torch."
        in section(record(close, far)).notes
    )
    once = row("tf_xla", "tensorflow", [0.01])
    assert not any("wider" in note for note in section(record(close, once)).notes)


def test_without_ceilings_the_shares_are_empty():
    shown = section(record(*TYPICAL))
    assert not any("Bound" in note for note in shown.notes)
    roofline = [column.name for column in shown.columns].index("roofline")
    assert {cells[roofline] for cells in shown.rows} == {""}


def test_the_headline_says_when_a_rival_wins():
    rival = record(row("jax_scan", "jax", SLOW), row("tf_xla", "tensorflow", FAST))
    assert section(rival).headline.startswith("tf_xla is the fastest: 2.95 [")
    equal = record(row("jax_scan", "jax", FAST), row("tf_xla", "tensorflow", FAST))
    assert "cannot be told apart" in section(equal).headline
    assert "no other library has a time" in section(record(row("jax_scan", "jax", FAST))).headline
    assert section(record(TYPICAL[2])).headline == "Nothing was timed."


def test_a_row_without_parity_has_no_time_anywhere():
    shown = section(record(*TYPICAL))
    assert {cells[0] for cells in shown.rows} == {"jax_scan", "torch_compile"}
    assert ("parity failed: at step 1: a weight differs", ["wrong"]) in shown.reasons


def test_a_task_that_was_not_started_has_reasons_only():
    kept = record(TYPICAL[2])
    kept.tasks.clear()  # the run ended while the task was prepared
    shown = section(kept)
    assert (shown.about, shown.rows, shown.charts) == ("not started", [], ())
    assert "SIGKILL" in page(kept, [])


def test_throughput_and_loss_are_drawn():
    bars, curves = section(record(*TYPICAL)).charts
    assert isinstance(bars, Bars)
    assert bars.values[0] == pytest.approx(10_000 / 0.0105, rel=1e-2)
    assert bars.low[0] < bars.values[0] < bars.high[0]
    assert isinstance(curves, Curves)
    assert curves.curves[0].x == pytest.approx([0.0105 / 2, 0.0105], rel=1e-2)
    assert curves.curves[0].y == [2.0, 0.2]
    assert curves.log_y


def test_what_products_were_computed_in_is_said_and_no_two_precisions_meet_silently():
    jax, torch = row("jax_scan", "jax", FAST), row("torch_compile", "torch", SLOW)
    notes = lambda: " ".join(section(record(jax, torch)).notes)
    assert "roducts" not in notes()  # results of versions that did not ask
    jax.precision = torch.precision = "float32"
    assert "All products are in float32." in notes()
    torch.precision = "float64"
    assert "Products are in float32: jax_scan; float64: torch_compile." in notes()
