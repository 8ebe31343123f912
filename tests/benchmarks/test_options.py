"""Folders that options name: the one given, else that of the environment, else a new one."""

from pathlib import Path

from benchmarks import options
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


def test_options_have_one_name_each():
    names = [option.name for option in options.RUN]
    assert len(names) == len(set(names))
