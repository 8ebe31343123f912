"""What a reader gets: a table that fits, a page that stands alone, and rivals that may win."""

import json
import re

import pytest

from benchmarks import record
from benchmarks.record import Row
from benchmarks.report import bounds, convergence, lines, summary
from benchmarks.report.files import point_latest, write


def row(framework, library, seconds, **fields):
    ledger = {"import": 0.5, "transfer": 0.1, "first": 2.0, "peak_memory": 3e8, "run_memory": 2**21}
    parity = {"weights": 1e-7, "allowed": 1e-5, "loss": 1e-8}
    return Row("toy", framework, library, "cpu", "ok", "", seconds, 10_000, 10, ledger, parity,
               {"test_accuracy": 0.9}, **fields)  # fmt: skip


def make(*rows):
    task = {
        "model": "softmax", "examples": 1000, "features": 20, "outputs": 3, "optimizer": "adam",
        "momentum": 0.0, "learning_rate": 0.01, "batch_size": 100, "epochs": 10, "steps": 100,
        "why": "a <toy>", "source": "seed 0", "curve": {"done": [0.5, 1.0], "loss": [2.0, 0.2]},
    }  # fmt: skip
    environment = {
        "cpu": "Some CPU", "cores": 2, "memory_gib": 8.0, "gpus": [], "system": "Linux",
        "python": "3.11", "versions": {"jax": "0.10"}, "variables": {}, "commit": "abc",
    }  # fmt: skip
    return record.Record(environment, "pytest", "2026-01-01T00:00:00", {"toy": task}, list(rows))


FAST, SLOW = [0.010, 0.011, 0.0105, 0.0102, 0.0108], [0.030, 0.032, 0.031, 0.0305, 0.0315]
TYPICAL = (
    row("jax_scan", "jax", FAST),
    row("torch_compile", "torch", SLOW),
    Row("toy", "tf_eager", status="failed", reason="in round 2: the worker was ended by SIGKILL"),
    Row("toy", "tf_xla", status="skipped", reason="needs tensorflow"),
    Row("toy", "keras_fit", status="skipped", reason="needs tensorflow"),
    Row("toy", "wrong", status="parity failed", reason="parity failed at step 1: a weight differs"),
)


def test_the_table_fits_120_columns_and_says_everything(capsys):
    summary.show(make(*TYPICAL))
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 120
    for word in ("jax_scan", "952 k", "faster", "2.95 [", "parity failed at step 1", "SIGKILL",
                 "tf_xla, keras_fit: skipped: needs tensorflow", "286"):  # fmt: skip
        assert word in text


# 0.0024 s of arithmetic, 0.0008 s of memory: the rows need 0.0105 and 0.031
CEILINGS = {
    "devices": {"cpu": {"float32": [1e9, "XLA"], "memory": [1e9, "NumPy"], "launch": [4e-6, "XLA"],
                        "cache": [2**10, "Linux"]}},
    "missing": {"PyTorch": "needs torch"},
}  # fmt: skip


def test_rows_show_their_share_of_the_roofline(tmp_path, capsys):
    kept = make(*TYPICAL)
    kept.ceilings = CEILINGS
    summary.show(kept)
    write(kept, tmp_path)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 120
    for text in (shown, *((tmp_path / name).read_text() for name in ("summary.md", "report.html"))):
        assert "23%" in text
        assert "7.7%" in text
        assert "Bound by arithmetic: ideally 4.17 M examples/s." in text
        words = " ".join(text.split())
        assert "float32 1 GFLOP/s (XLA)" in words
        assert "not measured with PyTorch: needs torch" in words


def test_a_step_that_is_shorter_than_a_launch_is_said_to_be(capsys):
    kept = make(*TYPICAL)
    kept.ceilings = {"devices": {"cpu": CEILINGS["devices"]["cpu"] | {"launch": [1e-4, "XLA"]}}}
    said = bounds.bound(kept, "toy")
    assert said == (
        "Bound by launches: a step is 24 µs of arithmetic, a launch takes 100 µs. "
        "Ideally 4.17 M examples/s; 1 M with a launch for every step."
    )


def test_a_record_without_ceilings_has_empty_shares(tmp_path):
    """As records were before ceilings were measured, and as they are where that failed."""
    kept = make(*TYPICAL)
    old = kept.as_dict()
    del old["ceilings"]
    (tmp_path / record.PARTIAL).write_text(json.dumps(old))
    assert record.load(tmp_path) == kept
    assert "Ceilings: not measured in this run." in summary.markdown(kept)
    assert bounds.bound(kept, "toy") == ""
    assert {line.roofline for line in lines.lines(kept, "toy")} == {None}


def test_the_headline_says_when_a_rival_wins():
    assert lines.headline(make(*TYPICAL), "toy").startswith("jax_scan is the fastest, 2.95 [")
    rival = make(row("jax_scan", "jax", SLOW), row("tf_xla", "tensorflow", FAST))
    assert lines.headline(rival, "toy").startswith("tf_xla is the fastest")
    equal = make(row("jax_scan", "jax", FAST), row("tf_xla", "tensorflow", FAST))
    assert "cannot be told apart" in lines.headline(equal, "toy")
    assert "only library" in lines.headline(make(row("jax_scan", "jax", FAST)), "toy")
    assert lines.headline(make(TYPICAL[2]), "toy") == "Nothing was timed."


def test_a_row_without_parity_has_no_time_anywhere():
    for text in (summary.markdown(make(*TYPICAL)), json.dumps(make(*TYPICAL).as_dict())):
        assert "parity failed at step 1" in text
    assert not re.search(r"\| wrong", summary.markdown(make(*TYPICAL)))


def test_the_page_stands_alone_and_escapes(tmp_path):
    write(make(*TYPICAL), tmp_path)
    page = (tmp_path / "report.html").read_text()
    assert page.count("<svg") == 2
    assert not re.search(r"(src|href)=\"(?!#)", page.replace('xlink:href="#', 'href="#'))
    assert "url(http" not in page
    assert "a &lt;toy&gt;" in page
    assert 'name="viewport"' in page
    assert "Some CPU" in page
    for text in (page, (tmp_path / "summary.md").read_text()):
        assert "MiB that one warm run adds: jax_scan 2, torch_compile 2." in text


def test_the_page_is_written_even_if_nothing_was_measured(tmp_path):
    empty = make(TYPICAL[2])
    empty.tasks.clear()  # the run ended while the task was prepared
    write(empty, tmp_path)
    assert "SIGKILL" in (tmp_path / "report.html").read_text()


def curve(*points):
    return [
        {"tol": 10.0**-i, "first": first, "seconds": [s] * 3, "loss": 0.5, "gap": gap}
        for i, (first, s, gap) in enumerate(points, 1)
    ]


def solved(framework, library, seconds, points, **fields):
    ledger = {"import": 0.5, "transfer": 0.1, "first": 2.0, "peak_memory": 3e8, "task_memory": 1e8}
    return Row("net", framework, library, "cpu", seconds=seconds, ledger=ledger,
               curve=curve(*points), **fields)  # fmt: skip


CURVES = (
    solved("jax_solve", "jax", [0.02] * 3, [(2.0, 0.01, 1e-2), (0.03, 0.02, 1e-7)]),
    solved("sklearn_saga", "scikit-learn", [0.5] * 3, [(0.1, 0.1, 0.3), (0.5, 0.5, 3e-7)]),
    solved("sklearn_lbfgs", "scikit-learn", [], [(0.1, 0.1, 0.3), (0.2, 0.2, 2e-5)],
           status="not reached", reason="a gap of 2e-05, wanted 1e-06; no smaller gap"),
    Row("net", "tf_lbfgs", status="skipped", reason="no solver"),
    Row("net", "torch_lbfgs", status="failed", reason="no finite gap: killed"),
)  # fmt: skip


def with_solves(*rows):
    kept = make(*TYPICAL)
    kept.tasks["net"] = {
        "kind": "solve", "model": "logistic", "examples": 1000, "features": 20, "outputs": 1,
        "models": 1, "l2": 0.1, "l1": 0.2, "sweep": {}, "target": 1e-6, "why": "a <net>",
        "source": "seed 0",
    }  # fmt: skip
    kept.rows += rows
    return kept


def test_solves_have_a_section_of_their_own(tmp_path, capsys):
    wide = solved("sklearn_newton_cholesky", "scikit-learn", [0.123456] * 3,
                  [(0.123, 0.01234, 0.3), (0.2, 0.123456, 1e-11)])  # fmt: skip
    kept = with_solves(*CURVES, wide)
    summary.show(kept)
    write(kept, tmp_path)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 120
    assert "…" not in shown
    for text in (shown, *((tmp_path / name).read_text() for name in ("summary.md", "report.html"))):
        words = " ".join(text.split())
        assert "logistic, 1,000 x 20, l2 0.1, l1 0.2, target 1e-06" in words
        assert "jax_solve is the fastest, 0.02 s to 1e-06: 6.17 [6.17, 6.17] times" in words
        assert "0.123 0.123 0.123" in re.sub(r"[^0-9.]+", " ", words.replace("<td>", " "))
        assert "a gap of 2e-05, wanted 1e-06" in words
        assert "no finite gap: killed" in words
    page = (tmp_path / "report.html").read_text()
    assert page.count("<svg") == 3
    assert "Cold s" in page
    assert "a &lt;net&gt;" in page
    assert 'id="convergence"' in page


def test_a_solver_has_its_shortest_time_to_each_gap():
    rows = convergence.ranked(with_solves(*CURVES), "net")
    assert [row.framework for row in rows] == ["jax_solve", "sklearn_saga", "sklearn_lbfgs"]
    table = {row.framework: convergence.cells(row, rows) for row in rows}
    assert table["jax_solve"][1:5] == ["0.01", "0.02", "0.02", "never"]
    assert table["sklearn_lbfgs"][1:6] == ["0.2", "0.2", "never", "never", "not reached"]
    # import, transfer, what both first runs took longer, and the solve
    assert convergence.cold_seconds(rows[0]) == pytest.approx(0.5 + 0.1 + 1.99 + 0.01 + 0.02)


def test_the_headline_of_a_solve_says_who_won():
    fast, _, lost = CURVES[:3]
    rival = solved("torch_lbfgs", "torch", [0.001] * 3, [(0.01, 0.001, 1e-9)])
    assert convergence.headline(with_solves(fast, rival), "net").startswith("torch_lbfgs is")
    assert "no other library got there" in convergence.headline(with_solves(fast, lost), "net")
    assert convergence.headline(with_solves(lost), "net") == "Nobody got to 1e-06."
    equal = solved("torch_lbfgs", "torch", [0.02] * 3, [(0.02, 0.02, 1e-7)])
    assert "cannot be told apart" in convergence.headline(with_solves(fast, equal), "net")


def test_a_record_comes_back_from_either_file(tmp_path):
    kept = make(*TYPICAL)
    kept.save_partial(tmp_path)
    assert record.load(tmp_path) == kept
    finished = {"benchmarks": [], record.KEY: kept.as_dict()}
    (tmp_path / record.PARTIAL).unlink()
    (tmp_path / record.FINISHED).write_text(json.dumps(finished))
    assert record.load(tmp_path) == kept


def test_an_empty_folder_is_answered_with_what_makes_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m benchmarks run"):
        record.load(tmp_path)


def test_a_file_is_replaced_in_one_step(tmp_path):
    path = tmp_path / "new" / "file"
    record.write_atomically(path, "one")
    record.write_atomically(path, "two")
    assert path.read_text() == "two"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


def test_latest_points_to_the_newest(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        point_latest(tmp_path / name)
    assert (tmp_path / "latest").resolve() == tmp_path / "second"


@pytest.mark.parametrize(
    ("value", "text"),
    [(14_600_000, "14.6 M"), (999.9, "1 k"), (21_600, "21.6 k"), (2.5e9, "2.5 G"), (7.0, "7")],
)
def test_quantities_have_three_digits(value, text):
    assert lines.quantity(value) == text
