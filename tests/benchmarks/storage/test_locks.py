"""A lock on a folder lasts as long as its process."""

import os
import subprocess
import sys
import threading

import pytest

from benchmarks.registry import ROOT
from benchmarks.storage import locks
from benchmarks.storage.locks import locked, try_lock

HOLD = """
import sys
from pathlib import Path
from benchmarks.storage.locks import try_lock
assert try_lock(Path(sys.argv[1])) is not None
print("held", flush=True)
sys.stdin.read()
"""


def test_a_lock_has_one_holder(tmp_path):
    first = try_lock(tmp_path)
    assert try_lock(tmp_path) is None
    os.close(first)
    second = try_lock(tmp_path)
    assert second is not None
    os.close(second)


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with holder:
        assert holder.stdout.readline() == "held\n"
        assert try_lock(tmp_path) is None
        holder.kill()
    lock = try_lock(tmp_path)
    assert lock is not None
    os.close(lock)


def test_a_folder_that_was_removed_meanwhile_is_not_locked(tmp_path, monkeypatch):
    """Between opening it and locking it, another process may have taken it for an abandoned one."""
    folder = tmp_path / "folder"
    folder.mkdir()
    lock = locks.fcntl.flock

    def remove_and_lock(descriptor, how):
        folder.rmdir()
        folder.mkdir()  # of the same name, and another folder
        lock(descriptor, how)

    monkeypatch.setattr(locks.fcntl, "flock", remove_and_lock)
    assert try_lock(folder) is None
    folder.rmdir()
    with pytest.raises(FileNotFoundError):
        try_lock(folder)


def test_a_second_one_waits(tmp_path):
    entered = []

    def enter():
        with locked(tmp_path):
            entered.append("second")

    with locked(tmp_path):
        waiting = threading.Thread(target=enter)
        waiting.start()
        waiting.join(timeout=0.1)
        entered.append("first")
    waiting.join(timeout=10)
    assert entered == ["first", "second"]
