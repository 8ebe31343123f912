"""A run writes into a results folder alone, and what another run measured is never lost."""

import errno
import os
import signal

import pytest

from benchmarks.exit_status import CannotRun, NotStored
from benchmarks.storage import results_folder
from benchmarks.storage.atomic import write_atomically
from benchmarks.storage.results_folder import (
    EARLIER,
    FINISHED,
    NAMES,
    PARTIAL,
    ResultsFolder,
    point_latest,
    unused,
)


@pytest.fixture
def claim():
    """`claim(path)`: the results folder of a run."""
    claimed = []

    def make(path):
        claimed.append(ResultsFolder(path))
        return claimed[-1]

    yield make
    for folder in claimed:
        folder.release()


def fill(folder, text="measured"):
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        (folder / name).write_text(text)


def test_a_run_that_stores_nothing_leaves_everything_as_it_was(tmp_path, claim):
    fill(tmp_path / "old")
    for name in ("old", "new"):
        claim(tmp_path / name).release()
    assert sorted(path.name for path in (tmp_path / "old").iterdir()) == sorted(NAMES)
    assert not (tmp_path / "new").exists()


def test_what_was_measured_before_is_moved_and_never_overwritten(tmp_path, claim):
    for number in range(3):
        fill(tmp_path, f"run {number}")
        folder = claim(tmp_path)
        with folder.writing() as path:
            write_atomically(path / PARTIAL, "new")
        with folder.writing() as path:
            write_atomically(path / FINISHED, "new")
        assert (folder.earlier / FINISHED).read_text() == f"run {number}"
        folder.release()
    assert {(f / name).read_text() for f in (tmp_path / EARLIER).iterdir() for name in NAMES} == {
        "run 0", "run 1", "run 2",
    }  # fmt: skip
    assert (tmp_path / FINISHED).read_text() == "new"


def test_two_runs_do_not_share_a_folder(tmp_path, claim):
    first = claim(tmp_path)
    with pytest.raises(CannotRun, match=r"another run is writing.*--out"):
        claim(tmp_path)
    first.release()
    claim(tmp_path)


def test_a_link_to_a_folder_is_that_folder(tmp_path, claim):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    claim(tmp_path / "link")
    with pytest.raises(CannotRun, match="another run"):
        claim(tmp_path / "real")


@pytest.mark.parametrize(
    "place", ["file", "file/below", "/proc/results", "/dev/full/below", "x" * 300]
)
def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path, place):
    (tmp_path / "file").touch()
    with pytest.raises(CannotRun, match=r"cannot be written \(.+\); expected a folder.*--out"):
        ResultsFolder(tmp_path / place)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_disk_without_room_is_found_before_anything_is_measured(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("benchmarks.storage.atomic.os.fsync", full)
    with pytest.raises(CannotRun, match="No space left on device"):
        ResultsFolder(tmp_path / "new")


def test_a_failed_write_says_where_and_why_and_leaves_what_was_there(tmp_path, claim, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder = claim(tmp_path)
    with folder.writing() as path:
        write_atomically(path / PARTIAL, "first task")
    monkeypatch.setattr("benchmarks.storage.atomic.os.fsync", full)
    with (
        pytest.raises(NotStored, match=f"{tmp_path} cannot be written .No space left") as raised,
        folder.writing() as path,
    ):
        write_atomically(path / PARTIAL, "two tasks")
    assert "make room" in str(raised.value)
    assert [p.name for p in tmp_path.iterdir()] == [PARTIAL]
    assert (tmp_path / PARTIAL).read_text() == "first task"


def test_a_signal_waits_until_all_files_are_written(tmp_path, claim):
    def write():
        with claim(tmp_path).writing() as path:
            signal.raise_signal(signal.SIGINT)
            write_atomically(path / FINISHED, "whole")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            write()
    finally:
        signal.signal(signal.SIGINT, before)
    assert (tmp_path / FINISHED).read_text() == "whole"


def test_what_a_killed_run_left_half_written_is_removed(tmp_path, claim):
    (tmp_path / f".{PARTIAL}.12345").write_text("{")
    claim(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_locks_a_run_goes_on(tmp_path, claim, monkeypatch):
    def no_locks(folder):
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(results_folder, "try_lock", no_locks)
    with claim(tmp_path).writing() as path:
        write_atomically(path / FINISHED, "whole")


def test_latest_points_to_the_newest(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        point_latest(tmp_path / name)
    assert (tmp_path / "latest").resolve() == tmp_path / "second"


def test_where_latest_cannot_be_a_link_nothing_is_lost(tmp_path):
    (tmp_path / "latest").mkdir()
    (tmp_path / "run").mkdir()
    point_latest(tmp_path / "run")
    assert {path.name for path in tmp_path.iterdir()} == {"latest", "run"}


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    assert unused(tmp_path / "run") == tmp_path / "run"
    (tmp_path / "run").mkdir()
    (tmp_path / "run-2").mkdir()
    assert unused(tmp_path / "run") == tmp_path / "run-3"
