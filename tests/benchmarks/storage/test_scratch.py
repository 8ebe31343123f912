"""A scratch folder is removed by its run, or by the next one; that of a live run is never touched."""

import os
import subprocess
import sys

import pytest

from benchmarks.exit_status import CannotRun
from benchmarks.registry import ROOT
from benchmarks.storage import scratch
from benchmarks.storage.scratch import PREFIX, Scratch

HOLD = """
import sys
from pathlib import Path
from benchmarks.storage.scratch import Scratch
print(Scratch(Path(sys.argv[1])).path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def another_run(tmp_path):
    """The process of another run, which has a scratch folder in the same place."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        process.folder = process.stdout.readline().strip()
        yield process
        process.kill()


def test_a_folder_goes_with_its_run(tmp_path):
    with Scratch(tmp_path) as own:
        (own.path / "arrays").mkdir()
        (own.path / "arrays" / "x.npy").touch()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_live_run_is_left_alone_and_that_of_a_killed_one_removed(
    tmp_path, another_run
):
    with Scratch(tmp_path):
        assert os.path.isdir(another_run.folder)
    another_run.kill()
    another_run.wait()
    assert os.path.isdir(another_run.folder)
    with Scratch(tmp_path) as own:
        assert [str(path) for path in tmp_path.iterdir()] == [str(own.path)]


def test_what_has_another_name_or_is_only_a_link_is_left_alone(tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    (target / "precious").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(target)
    (tmp_path / f"{PREFIX}file").touch()
    (tmp_path / "logreg_jax.of_an_older_version").mkdir()
    with Scratch(tmp_path):
        pass
    assert len(list(tmp_path.iterdir())) == 4
    assert (target / "precious").exists()


def test_the_folder_of_another_user_is_left_alone(tmp_path, monkeypatch):
    theirs = tmp_path / f"{PREFIX}theirs"
    theirs.mkdir()
    monkeypatch.setattr(scratch.os, "getuid", lambda: theirs.stat().st_uid + 1)
    with Scratch(tmp_path):
        pass
    assert theirs.exists()


def test_a_folder_that_another_start_removes_before_it_is_locked_is_made_again(
    tmp_path, monkeypatch
):
    make, made = scratch.tempfile.mkdtemp, []

    def lost_at_first(**options):
        made.append(make(**options))
        if len(made) == 1:
            os.rmdir(made[0])
        return made[-1]

    monkeypatch.setattr(scratch.tempfile, "mkdtemp", lost_at_first)
    with Scratch(tmp_path) as own:
        assert own.path.is_dir()
    assert len(made) == 2


def test_without_locks_a_run_has_a_folder_and_removes_no_others(tmp_path, monkeypatch):
    def no_locks(descriptor, how):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("benchmarks.storage.locks.fcntl.flock", no_locks)
    (tmp_path / f"{PREFIX}unknown").mkdir()
    with Scratch(tmp_path) as own:
        assert own.path.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == [f"{PREFIX}unknown"]


def test_where_nothing_can_be_written_the_message_says_what_to_do(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(CannotRun, match=r"Not a directory.*TMPDIR"):
        Scratch(file)
