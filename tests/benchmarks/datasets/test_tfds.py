"""Decoded images are kept whole or not at all, and damaged ones are named."""

import json
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.contract import UnusableData
from benchmarks.datasets import _tfds

IMAGE = {"image": np.zeros((28, 28, 1), np.uint8), "label": 3}


@pytest.fixture
def prepared(tmp_path, monkeypatch):
    """A folder with a prepared data set of five and two images, as far as our files ask."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(_tfds, "EXAMPLES", {"train": 5, "test": 2})
    monkeypatch.setattr(_tfds, "track", lambda numbers, description: numbers)
    source = lambda name, split, **options: [IMAGE] * _tfds.EXAMPLES[split]
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", SimpleNamespace(data_source=source))
    folder = tmp_path / "tfds"
    (folder / "mnist" / _tfds.VERSION).mkdir(parents=True)
    (folder / "mnist" / _tfds.VERSION / "dataset_info.json").write_text("{}")
    return folder


def reading(monkeypatch, read):
    monkeypatch.setattr(sys.modules["tensorflow_datasets"], "data_source", read)


def decoded(prepared):
    return _tfds._decoded("mnist", prepared)


def test_images_are_decoded_and_kept(prepared):
    folder = decoded(prepared)
    assert np.load(folder / "x.npy").shape == (5, 784)
    assert np.load(folder / "y_test.npy").tolist() == [3, 3]
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


INDICES = ["", "[]", "null", "5", '"text"', "{}", '{"x": 1}', '{"x": null, "y": 0}', "{"]


@pytest.mark.parametrize("index", INDICES)
def test_an_index_that_is_not_what_it_should_be_is_made_again(prepared, index):
    folder = decoded(prepared)
    (folder / "sha256.json").write_text(index)
    assert not _tfds._is_intact(folder)
    assert decoded(prepared) == folder
    assert set(json.loads((folder / "sha256.json").read_text())) == set(_tfds.ARRAYS)


def test_a_file_in_the_place_of_the_folder_is_replaced(prepared):
    folder = decoded(prepared)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.touch()
    assert decoded(prepared) == folder
    assert _tfds._is_intact(folder)


@pytest.mark.parametrize("cache", ["file", "/proc/cache"])
def test_a_cache_that_cannot_be_written_is_named_with_a_remedy(
    prepared, cache, tmp_path, monkeypatch
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / cache))
    with pytest.raises(UnusableData, match=r"cannot be kept \(.+\).*set XDG_CACHE_HOME"):
        decoded(prepared)


def test_a_disk_that_is_full_while_images_are_kept_leaves_nothing(prepared, monkeypatch, tmp_path):
    def full(path, array):
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_tfds.np, "save", full)
    with pytest.raises(UnusableData, match=r"No space left on device.*XDG_CACHE_HOME"):
        decoded(prepared)
    assert list((tmp_path / "cache" / "logreg_jax").iterdir()) == []


def test_damaged_images_are_named_with_a_remedy(prepared, monkeypatch):
    def damaged(name, split, **options):
        raise ValueError("chunk data hash mismatch")

    reading(monkeypatch, damaged)
    with pytest.raises(UnusableData) as refused:
        decoded(prepared)
    for part in (str(prepared), "train: chunk data hash mismatch", "prepare the data set again"):
        assert part in str(refused.value)


def test_a_data_set_of_fewer_images_is_refused(prepared, monkeypatch):
    reading(monkeypatch, lambda name, split, **options: [IMAGE] * 2)
    with pytest.raises(UnusableData, match="train: 2 images"):
        decoded(prepared)


def test_a_data_set_without_its_description_is_refused(prepared):
    (prepared / "mnist" / _tfds.VERSION / "dataset_info.json").unlink()
    with pytest.raises(UnusableData, match=r"dataset_info\.json: No such file"):
        decoded(prepared)


def test_of_two_runs_at_once_one_decodes(prepared, monkeypatch):
    started, splits = threading.Event(), []

    def slowly(name, split, **options):
        splits.append(split)
        started.set()
        threading.Event().wait(0.1)
        return [IMAGE] * _tfds.EXAMPLES[split]

    reading(monkeypatch, slowly)
    first = threading.Thread(target=decoded, args=(prepared,))
    first.start()
    started.wait()
    decoded(prepared)
    first.join()
    assert splits == ["train", "test"]
