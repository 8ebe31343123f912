"""Folders that options name: the one given, else that of the environment, else a new one."""

from pathlib import Path

import pytest

from benchmarks import options
from benchmarks.exit_status import CannotRun
from benchmarks.registry import ROOT


def test_the_data_folder_is_the_given_one_or_that_of_the_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("LOGREG_JAX_DATA", raising=False)
    assert options.data_folder(None) is None
    monkeypatch.setenv("LOGREG_JAX_DATA", str(tmp_path))
    assert options.data_folder(None) == tmp_path
    monkeypatch.chdir(tmp_path)
    assert options.data_folder("data") == tmp_path / "data"
    assert options.data_folder("~") == Path.home().resolve()


def test_results_go_to_the_given_folder_or_to_a_new_one(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert options.out_folder("here") == tmp_path / "here"
    monkeypatch.setattr(options.platform, "node", lambda: "some-host")
    new = options.out_folder(None)
    assert new.parent == ROOT / "results"
    assert new.name.endswith("-some-host")


def test_a_folder_of_a_run_in_the_same_second_gets_a_name_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setattr(options, "ROOT", tmp_path)
    first = options.out_folder(None)
    while options.out_folder(None) != first:  # the second may have passed
        first = options.out_folder(None)
    first.mkdir(parents=True)
    assert options.out_folder(None) != first


def test_the_data_folder_has_to_be_there(monkeypatch, tmp_path):
    monkeypatch.delenv("LOGREG_JAX_DATA", raising=False)
    assert options.existing_data_folder(None) is None
    assert options.existing_data_folder(str(tmp_path)) == tmp_path
    (tmp_path / "file").touch()
    for name in ("nowhere", "file", "x" * 5000):
        with pytest.raises(CannotRun, match=r"got --data-dir .*, which is no folder"):
            options.existing_data_folder(str(tmp_path / name))


def test_options_have_one_name_each():
    names = [option.name for option in options.RUN]
    assert len(names) == len(set(names))
