"""Results are written in one step each, and come back as they were; those of version 0.1 too."""

import json

import pytest

from benchmarks import registry, results
from benchmarks.contract import Record
from benchmarks.export import as_pytest_benchmark
from benchmarks.kinds import get_kind
from benchmarks.kinds.solve import SolveRow
from benchmarks.kinds.sweep import SweepRow
from benchmarks.kinds.training import TrainingRow
from benchmarks.proof.tolerance_sweep import CurvePoint
from benchmarks.upgrade import upgraded

STORED = registry.ROOT / "docs" / "results" / "amd-epyc-2-core"


def record():
    point = CurvePoint(0.1, 0.5, 1.0, 1e-5, [[0.2, 0.3]])
    rows = [
        TrainingRow(
            "t", "jax_scan", "jax", "cpu", "ok", blocks=[[1.0, 2.0]], parity={"weights": 0.1}
        ),
        SweepRow("w", "jax_sweep", status="failed", reason="killed"),
        SolveRow("s", "jax_solve", "jax", "cpu", "ok", points=[point], chosen=0),
    ]
    facts = {"t": {"kind": "training"}, "w": {"kind": "sweep"}, "s": {"kind": "solve"}}
    return Record({"host": "h"}, "pytest", "2026-01-01T00:00:00", facts, rows)


def test_a_record_comes_back_from_either_file(tmp_path):
    kept = record()
    results.save_partial(kept, tmp_path)
    assert results.load(tmp_path) == kept
    results.save(kept, tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {results.FINISHED}
    assert results.load(tmp_path) == kept
    assert [type(row) for row in results.load(tmp_path).rows] == [TrainingRow, SweepRow, SolveRow]


def test_no_row_has_a_field_that_another_kind_leaves_empty():
    ours = {type(row): set(row.as_dict()) for row in record().rows}
    assert ours[TrainingRow] == ours[SweepRow]
    assert not {"parity", "blocks", "epochs"} & ours[SolveRow]
    assert not {"points", "chosen"} & ours[TrainingRow]


def test_an_empty_folder_is_answered_with_what_makes_one(tmp_path):
    with pytest.raises(results.NoResults, match="python -m benchmarks run"):
        results.load(tmp_path)


def test_the_exported_document_is_pytest_benchmarks():
    document = as_pytest_benchmark(record())
    training, solve = document["benchmarks"]
    assert training["name"] == "test_row[t-jax_scan]"
    assert training["fullname"] == "benchmarks/test_benchmarks.py::test_row[t-jax_scan]"
    assert training["stats"]["data"] == [1.0, 2.0]
    assert training["stats"]["median"] == 1.5
    assert training["extra_info"]["parity"] == {"weights": 0.1}
    assert "rounds" not in training["extra_info"]
    assert solve["stats"]["data"] == [0.2, 0.3]
    json.dumps(document)


def old_row(**fields):
    row = {
        "task": "t", "framework": "jax_scan", "library": "jax", "device": "cpu", "status": "ok",
        "reason": "", "seconds": [1.0], "examples": 5, "epochs": 2, "ledger": {"first": 2.0},
        "parity": {"weights": 0.0}, "scores": {}, "curve": [],
    }  # fmt: skip
    return row | fields


def old_record():
    points = [
        {"tol": 0.1, "first": 3.0, "seconds": [1.0, 1.1], "loss": 0.5, "gap": 0.1},
        {"tol": 0.01, "first": 2.0, "seconds": [2.0, 2.1], "loss": 0.5, "gap": 1e-7},
    ]
    facts = {
        "t": {"sweep": {}},
        "w": {"sweep": {"l2": [1]}},
        "s": {"kind": "solve", "target": 1e-6},
    }
    rows = [
        old_row(),
        old_row(task="w", status="parity failed", reason="parity failed at step 1: x", seconds=[]),
        old_row(task="s", framework="jax_solve", seconds=[2.0, 2.1], curve=points, reason="slow"),
        old_row(task="s", framework="lost", seconds=[], curve=points[:1], status="not reached"),
    ]
    return {
        "environment": {}, "command": "c", "started": "s", "tasks": facts, "rows": rows, "ceilings": {}
    }  # fmt: skip


def test_results_of_version_0_1_are_read_in_todays_words(tmp_path):
    (tmp_path / results.OLD_PARTIAL).write_text(json.dumps(old_record()))
    found = results.load(tmp_path)
    training, sweep, solve, lost = found.rows
    assert (type(training), training.seconds, training.costs) == (
        TrainingRow,
        [1.0],
        {"first": 2.0},
    )
    assert type(sweep) is SweepRow
    assert sweep.explanation() == "parity failed: at step 1: x"
    assert (solve.seconds, solve.chosen, solve.end) == ([2.0, 2.1], 1, "slow")
    assert (lost.seconds, lost.chosen) == ([], None)
    assert found.tasks["s"]["required_gap"] == 1e-6


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reason": None}, "got row 1.reason None; expected a string"),
        ({"curve": 5}, "got row 1.curve 5; expected a list"),
        ({"task": []}, "got row 1.task []; expected a string"),
    ],
)
def test_damaged_results_of_version_0_1_are_refused_with_their_place(tmp_path, fields, message):
    damaged = old_record() | {"rows": [old_row(**fields)]}
    (tmp_path / results.OLD_PARTIAL).write_text(json.dumps(damaged))
    with pytest.raises(results.NoResults) as refused:
        results.load(tmp_path)
    assert message in str(refused.value)


def test_a_record_without_ceilings_is_read(tmp_path):
    """As records were before ceilings were measured, and as they are where that failed."""
    stored = record().as_dict()
    del stored["ceilings"]
    (tmp_path / results.OLD_PARTIAL).write_text(json.dumps(stored))
    assert results.load(tmp_path) == record()


def test_todays_results_are_not_touched():
    today = record().as_dict()
    assert upgraded(today) is today


def test_the_stored_run_of_the_documentation_can_still_be_shown():
    found = results.load(STORED)
    assert len(found.rows) > 100
    for task in found.tasks:
        section = get_kind(found.tasks[task]["kind"]).section(found, task)
        assert section.rows, task


def test_rounds_that_were_stored_before_there_were_blocks_are_of_one_process(tmp_path):
    stored = record().as_dict()
    for row in stored["rows"]:
        for fields in (row, *row.get("points", [])):
            if "blocks" in fields:
                fields["rounds"] = [each for rounds in fields.pop("blocks") for each in rounds]
    (tmp_path / results.OLD_PARTIAL).write_text(json.dumps(stored))
    assert "rounds" in stored["rows"][0]
    assert results.load(tmp_path) == record()
