"""What the report says of a solve."""

import re

import pytest

from benchmarks.contract import Record
from benchmarks.kinds import get_kind
from benchmarks.kinds._solve_section import cold_seconds
from benchmarks.kinds.solve import SolveRow
from benchmarks.proof.tolerance_sweep import CurvePoint
from benchmarks.report import terminal
from benchmarks.report.markdown import markdown
from benchmarks.report.page import page
from tests.benchmarks.report.toys import record as empty_record


def solved(implementation, library, points, chosen=None, status="ok", reason=""):
    """A row with points `(seconds of the first run, warm seconds, gap)`."""
    costs = {"import": 0.5, "transfer": 0.1, "first": 2.0, "peak_memory": 3e8, "task_memory": 1e8}
    curve = [
        CurvePoint(tol=10.0**-i, first=first, blocks=[[warm] * 3] * 2, loss=0.5, gap=gap)
        for i, (first, warm, gap) in enumerate(points, 1)
    ]
    return SolveRow("net", implementation, library, "cpu", status, reason, costs, curve,
                    chosen=chosen)  # fmt: skip


JAX = solved("jax_solve", "jax", [(2.0, 0.01, 1e-2), (0.03, 0.02, 1e-7)], chosen=1)
SAGA = solved("sklearn_saga", "scikit-learn", [(0.1, 0.1, 0.3), (0.5, 0.5, 3e-7)], chosen=1)
LOST = solved("sklearn_lbfgs", "scikit-learn", [(0.1, 0.1, 0.3), (0.2, 0.2, 2e-5)],
              status="not reached", reason="a gap of 2e-05, wanted 1e-06; no smaller gap")  # fmt: skip
ROWS = (
    JAX,
    SAGA,
    LOST,
    SolveRow("net", "tf_lbfgs", status="skipped", reason="no solver"),
    SolveRow("net", "torch_lbfgs", status="failed", reason="no finite gap: killed"),
)


def record(*rows: SolveRow) -> Record:
    kept = empty_record({}, *rows)
    kept.tasks = {"net": {
        "kind": "solve", "model": "logistic", "examples": 1000, "features": 20, "outputs": 1,
        "models": 1, "l2": 0.1, "l1": 0.2, "sweep": {}, "required_gap": 1e-6, "why": "a <net>",
        "source": "seed 0",
    }}  # fmt: skip
    return kept


def section(*rows: SolveRow):
    return get_kind("solve").section(record(*rows), "net")


def test_the_report_says_everything_wherever_it_is_read(capsys):
    wide = solved("sklearn_newton_cholesky", "scikit-learn",
                  [(0.123, 0.01234, 0.3), (0.2, 0.123456, 1e-11)], chosen=1)  # fmt: skip
    kept = record(*ROWS, wide)
    terminal.show(kept)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 120
    assert "…" not in shown
    for text in (shown, markdown(kept), page(kept, [])):
        words = " ".join(text.split())
        assert "logistic, 1,000 x 20, l2 0.1, l1 0.2, required gap 1e-06" in words
        assert "jax_solve, 0.02 s to 1e-06, is the fastest: 6.17 [6.17, 6.17] times" in words
        assert "0.123 0.123 0.123" in re.sub(r"[^0-9.]+", " ", words.replace("<td>", " "))
        assert "a gap of 2e-05, wanted 1e-06" in words
        assert "no finite gap: killed" in words


def test_a_solver_has_its_shortest_time_to_each_gap():
    table = {cells[0]: cells[1:] for cells in section(*ROWS).rows}
    assert list(table) == ["jax_solve", "sklearn_saga", "sklearn_lbfgs"]
    assert table["jax_solve"][:4] == ["0.01", "0.02", "0.02", "never"]
    assert table["sklearn_lbfgs"][:5] == ["0.2", "0.2", "never", "never", "not reached"]


@pytest.mark.parametrize(("gap", "converged", "shown"), [
    (9e-7, True, "0.02"), (2e-6, True, "wrong"), (9e-7, False, ""), (9e-7, None, ""),
])  # fmt: skip
def test_what_a_solver_claims_is_shown_if_the_judge_agrees(gap, converged, shown):
    row = solved("jax_solve", "jax", [(2.0, 0.01, 1e-2), (0.03, 0.01, 1e-7)], chosen=1)
    point = CurvePoint(1e-6, first=0.1, blocks=[[0.02]], loss=0.5, gap=gap, converged=converged)
    row.points.append(point)
    (cells,) = section(row).rows
    names = [column.name for column in section(row).columns]
    assert cells[names.index("own claim")] == shown


def test_cold_seconds_count_everything_from_the_start_of_the_process():
    # import, transfer, what both first runs took longer, and the solve
    assert cold_seconds(JAX) == pytest.approx(0.5 + 0.1 + 1.99 + 0.01 + 0.02)


def test_the_headline_of_a_solve_says_who_won():
    rival = solved("torch_lbfgs", "torch", [(0.01, 0.001, 1e-9)], chosen=0)
    assert section(JAX, rival).headline.startswith("torch_lbfgs, 0.001 s to 1e-06, is the fastest")
    assert "no other library has a time" in section(JAX, LOST).headline
    assert section(LOST).headline == "No implementation got to 1e-06."
    equal = solved("torch_lbfgs", "torch", [(0.02, 0.02, 1e-7)], chosen=0)
    assert "cannot be told apart" in section(JAX, equal).headline


def test_the_curve_is_drawn_with_the_required_gap():
    (curves,) = section(*ROWS).charts
    assert [curve.label for curve in curves.curves] == [
        "jax_solve",
        "sklearn_saga",
        "sklearn_lbfgs",
    ]
    assert curves.curves[0].x == pytest.approx([0.01, 0.02])
    assert curves.curves[0].y == [1e-2, 1e-7]
    assert curves.threshold == 1e-6
    assert curves.log_y
