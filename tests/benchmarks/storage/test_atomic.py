"""A file is written whole or not at all, and a failure leaves nothing beside it."""

import errno
import os
import resource

import pytest

from benchmarks.storage import atomic
from benchmarks.storage.atomic import remove_fragments, write_atomically


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_in_one_step(tmp_path):
    path = tmp_path / "new" / "file"
    write_atomically(path, "one")
    write_atomically(path, "two µ")
    assert path.read_text(encoding="utf-8") == "two µ"
    assert names(path.parent) == ["file"]


def test_the_content_is_on_the_disk_before_the_name(tmp_path, monkeypatch):
    """A crash of the machine between the two would leave an empty file under the name."""
    events = []
    monkeypatch.setattr(atomic.os, "fsync", lambda descriptor: events.append("sync"))
    replace = type(tmp_path).replace
    monkeypatch.setattr(
        type(tmp_path), "replace", lambda *paths: events.append("rename") or replace(*paths)
    )
    write_atomically(tmp_path / "file", "text")
    assert events == ["sync", "rename", "sync"]


@pytest.fixture
def room(monkeypatch):
    """`room(n)`: files may have n bytes. The system itself then fails in the middle of a write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_write_that_ends_in_the_middle_leaves_the_old_file(tmp_path, room):
    path = tmp_path / "file"
    write_atomically(path, "old")
    room(4096)
    with pytest.raises(OSError, match="too large"):
        write_atomically(path, "x" * 10_000)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch, error):
    def fail(descriptor):
        raise error

    path = tmp_path / "file"
    write_atomically(path, "old")
    monkeypatch.setattr(atomic.os, "fsync", fail)
    with pytest.raises(type(error)):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_names_of_files_that_are_not_utf_8_are_written_with_escapes(tmp_path):
    write_atomically(tmp_path / "file", f"in {os.fsdecode(b'/data/caf' + bytes([0xE9]))}")
    assert (tmp_path / "file").read_text() == r"in /data/caf\udce9"


def test_what_killed_processes_left_is_removed_and_nothing_else(tmp_path):
    for name in (".file.123", ".file.backup", "file", ".other.123"):
        (tmp_path / name).touch()
    remove_fragments(tmp_path, "file")
    assert names(tmp_path) == [".file.backup", ".other.123", "file"]
