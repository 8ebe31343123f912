"""Known data files are what was published, or the message names the file, the fault and a remedy."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks import registry
from benchmarks.contract import UnusableData
from benchmarks.datasets import a9a, pima
from benchmarks.datasets._files import KnownFile

DATA = Path(os.environ["LOGREG_JAX_DATA"]).resolve() if "LOGREG_JAX_DATA" in os.environ else None

THREE = KnownFile(
    "three.csv",
    3,
    "54ec5cd5c8e05745430f674152494745b35edfdb79418f4461b310032d97464d",
    "It is made here.",
)
CONTENT = b"1,2\n3,4\n5,6\n"

SAME = {
    "as published": CONTENT,
    "no line feed at the end": CONTENT[:-1],
    "line ends of Windows": CONTENT.replace(b"\n", b"\r\n"),
    "white space at the ends of lines": CONTENT.replace(b"\n", b" \n"),
}

OTHER = {
    "cut at a line end": (CONTENT[:8], "2 lines"),
    "cut within a line": (CONTENT[:-2], "other content"),
    "a line too many": (CONTENT + b"7,8\n", "4 lines"),
    "empty": (b"", "0 lines"),
    "one digit changed": (CONTENT.replace(b"5", b"8"), "other content"),
    "UTF-16": (CONTENT.decode().encode("utf-16"), "4 lines"),
    "another file": (b"\x89PNG\r\n\x1a\n\x00\xff", "other content"),
}


@pytest.mark.parametrize("content", SAME.values(), ids=SAME)
def test_the_published_lines_are_read(tmp_path, content):
    (tmp_path / THREE.name).write_bytes(content)
    assert THREE.missing(tmp_path) is None
    assert THREE.read(tmp_path) == ["1,2", "3,4", "5,6"]


@pytest.mark.parametrize(("content", "found"), OTHER.values(), ids=OTHER)
def test_anything_else_is_refused(tmp_path, content, found):
    path = tmp_path / THREE.name
    path.write_bytes(content)
    with pytest.raises(UnusableData) as refused:
        THREE.read(tmp_path)
    for part in (
        f"got {path} with {found}; expected",
        "of 3 lines",
        "get it again. It is made here.",
    ):
        assert part in str(refused.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    def fail(path):
        raise PermissionError(13, "Permission denied")

    (tmp_path / THREE.name).touch()
    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(
        UnusableData, match=r"three.csv, which cannot be read \(Permission denied\)"
    ):
        THREE.read(tmp_path)


@pytest.mark.parametrize("root", [None, Path("/nowhere")])
def test_a_file_that_is_not_there_is_missing(root):
    with pytest.raises(FileNotFoundError, match=r"It is made here\. Put it into the folder"):
        THREE.read(root)


KNOWN = {
    name: registry.load("datasets", name).FILE
    for name in ("a9a", "birth_life", "diabetes_scaled", "pima")
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_published_file_that_lost_its_last_line_is_refused(name, tmp_path):
    """A cut at a line end is still a valid file, of fewer examples."""
    if DATA is None or KNOWN[name].missing(DATA):
        pytest.skip("needs the file: set LOGREG_JAX_DATA")
    copy = tmp_path / KNOWN[name].name
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(DATA / KNOWN[name].name, copy)
    whole = registry.load("datasets", name).load(tmp_path)
    assert f"{len(whole.y):,} " in whole.source
    copy.chmod(0o644)
    copy.write_bytes(b"".join(copy.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(UnusableData, match=f"{KNOWN[name].lines - 1:,} lines"):
        registry.load("datasets", name).load(tmp_path)


def test_the_counts_of_a9a_are_the_published_ones():
    if DATA is None or a9a.missing(DATA):
        pytest.skip("needs a9a: set LOGREG_JAX_DATA")
    data = a9a.load(DATA)
    assert (data.x.shape, np.bincount(data.y).tolist()) == ((32_561, 123), [24_720, 7_841])


class Fetched:
    data = np.ones((768, 8))
    target = np.array(["tested_positive"] * 268 + ["tested_negative"] * 500)


@pytest.mark.parametrize("kept", [slice(None, -1), slice(1, None)])
def test_fewer_patients_from_openml_are_refused(monkeypatch, kept):
    cut = type("Cut", (), {"data": Fetched.data[kept], "target": Fetched.target[kept]})
    monkeypatch.setattr(pima, "fetch_openml", lambda *given, **options: cut)
    with pytest.raises(UnusableData, match=r"got 767 patients.*Remove that folder"):
        pima.load(None)


@pytest.mark.parametrize("error", [EOFError("ended"), ValueError("md5"), pima.zlib.error("bad")])
def test_a_damaged_cache_of_openml_is_named(monkeypatch, error):
    def fail(*given, **options):
        raise error

    monkeypatch.setattr(pima, "fetch_openml", fail)
    with pytest.raises(
        UnusableData, match=r"openml, which cannot be read \(.+\).*Remove that folder"
    ):
        pima.load(None)


def test_where_scikit_learn_has_no_place_for_its_cache_the_data_is_missing(monkeypatch):
    def fail():
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pima, "get_data_home", fail)
    assert "no data folder given" in pima.missing(None)
