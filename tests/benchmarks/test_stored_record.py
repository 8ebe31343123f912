"""Whatever a results file holds, loading it gives a record that can be shown, or says what is wrong."""

import copy
import json
import random

import pytest

from benchmarks import results
from benchmarks.exit_status import CannotRun
from benchmarks.report.markdown import markdown
from benchmarks.stored_record import Damaged, record_of
from tests.benchmarks.records import record


def stored():
    """A record as its file has it."""
    return json.loads(json.dumps(record().as_dict()))


def changed(change):
    data = stored()
    change(data)
    return data


def set_row(number, **fields):
    return lambda data: data["rows"][number].update(fields)


DAMAGED = {
    "a list": (lambda data: [], "expected a mapping"),
    "a number": (lambda data: 5, "expected a mapping"),
    "another program's": (lambda data: {"version": "5"}, "is no record of a run: it has no"),
    "rows that are none": (lambda data: data | {"rows": {}}, "got the record.rows {}"),
    "a row that is none": (lambda data: data | {"rows": [1]}, "got the record.rows[0] 1"),
    "no environment": (
        lambda data: data | {"environment": None},
        "got the record.environment None",
    ),
    "ceilings of another form": (
        lambda data: data | {"ceilings": {"devices": {"cpu": {"memory": 5}}}},
        "got the record.ceilings.devices.cpu.memory 5; expected a list of 2",
    ),
}

CHANGES = {
    "an unknown field": (set_row(0, colour="red"), "got row 1 with a field 'colour'"),
    "an unknown kind": (set_row(0, kind="dance"), "has row 1 of the kind 'dance'"),
    "an unknown status": (set_row(0, status="great"), "got row 1.status 'great'; expected one of ok"),
    "seconds that are not numbers": (set_row(0, blocks=[[1.0, None]]), "got row 1.blocks[0][1] None"),
    "NaN seconds": (set_row(0, blocks=[[1.0, float("nan")]]), "got row 1.blocks[0][1] nan"),
    "seconds of zero": (set_row(0, blocks=[[0.0]]), "got row 1.blocks[0][0] 0.0"),
    "no implementation": (lambda d: d["rows"][0].pop("implementation"), "without 'implementation'"),
    "a point that is not there": (set_row(2, chosen=7), "has row 3: got point 7 as the chosen one of 1"),
    "rows of two kinds": (set_row(1, task="training"), "has rows of two kinds for the task training"),
    "facts of another form": (
        lambda data: data["tasks"]["training"].update(steps="many"),
        "got task training.steps 'many'; expected an integer",
    ),
}  # fmt: skip

INCOMPLETE = {
    "facts": (
        lambda data: data["tasks"]["training"].pop("steps"),
        "the record.tasks.training has no 'steps'",
    ),
    "costs": (lambda data: data["rows"][0]["costs"].pop("import"), "has no 'import'"),
    "parity": (lambda data: data["rows"][0]["parity"].pop("weights"), "has no 'weights'"),
    "the machine": (lambda data: data["environment"].pop("cpu"), "environment has no 'cpu'"),
}


@pytest.mark.parametrize(("make", "message"), DAMAGED.values(), ids=DAMAGED)
def test_what_no_run_wrote_is_refused(make, message):
    with pytest.raises(Damaged) as refused:
        record_of(make(stored()))
    assert message in str(refused.value)


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES)
def test_a_changed_value_is_refused_with_its_place(change, message):
    with pytest.raises(Damaged) as refused:
        record_of(changed(change))
    assert message in str(refused.value)


@pytest.mark.parametrize(("change", "message"), INCOMPLETE.values(), ids=INCOMPLETE)
def test_what_is_missing_is_named_when_it_is_needed(change, message):
    found = record_of(changed(change))
    with pytest.raises(Damaged) as refused:
        markdown(found)
    assert message in str(refused.value)


def test_a_record_comes_back():
    assert record_of(stored()) == record()


FILES = {
    "empty": (b"", "is empty"),
    "truncated": (json.dumps(record().as_dict()).encode()[:700], "only the beginning of it"),
    "no text": (b"\x89PNG\r\n\x1a\n\xff\xfe\x00", "is no JSON"),
    "a page": (b"<!doctype html>", "is no JSON"),
    "deeply nested": (b"[" * 100_000, "is no JSON"),
    "null": (b"null", "expected a mapping"),
    "pytest-benchmark's own": (b'{"benchmarks": [], "version": "5.1"}', "is no record of a run"),
}


@pytest.mark.parametrize(("content", "message"), FILES.values(), ids=FILES)
def test_a_file_that_is_damaged_is_named_with_a_remedy(content, message, tmp_path):
    path = tmp_path / results.FINISHED
    path.write_bytes(content)
    with pytest.raises(CannotRun) as refused:
        results.load(tmp_path)
    for part in (str(path), message, "Restore the file from a copy, or run again"):
        assert part in str(refused.value)
    # what an intact file beside it holds can still be shown
    results.save_partial(record(), tmp_path)
    found = results.read(tmp_path)
    whole = record()
    whole.rows.sort(key=lambda row: list(whole.tasks).index(row.task))
    assert found.record == whole
    assert found.path.name == results.PARTIAL
    assert message in found.damaged


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_json_in_another_encoding_is_read(encoding, tmp_path):
    """As some editors and shells save it."""
    text = json.dumps(record().as_dict())
    (tmp_path / results.FINISHED).write_bytes(text.encode(encoding))
    assert results.load(tmp_path) == record()


VALUES = [None, True, -1, 0, 0.5, float("nan"), float("inf"), "", "text", [], {}, [[]], {"a": {}}]


def places(value, path=()):
    """Where a document can be changed."""
    yield path
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, name))


def mutated(data, path, value):
    data = copy.deepcopy(data)
    *outer, last = path
    inner = data
    for name in outer:
        inner = inner[name]
    if value is LEFT_OUT:
        del inner[last]
    else:
        inner[last] = value
    return data


LEFT_OUT = object()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_other_change_is_shown_or_refused():
    """One value of a record at a time is replaced by each of many, or left out."""
    data = stored()
    cases = [(path, value) for path in places(data) if path for value in (*VALUES, LEFT_OUT)]
    refused = 0
    for path, value in random.Random(0).sample(cases, 600):
        try:
            markdown(record_of(mutated(data, path, value)))
        except Damaged:
            refused += 1
        except Exception as error:
            pytest.fail(f"{path} = {value!r}: {type(error).__name__}: {error}")
    assert 200 < refused < 600
