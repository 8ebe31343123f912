"""A data set that cannot be had is a reason of its tasks, and never the end of a run."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import registry
from benchmarks.contract import Dataset, UnusableData
from benchmarks.loading import DataFailed, DataMissing, load_dataset
from tests.benchmarks.toy_training import TASK


def loads(monkeypatch, load):
    monkeypatch.setattr(registry, "load", lambda package, name: SimpleNamespace(load=load))


def raising(error):
    def load(root, **options):
        raise error

    return load


def test_a_data_set_gets_its_options(monkeypatch):
    one = np.ones(1)
    loads(monkeypatch, lambda root, **options: Dataset(one, one, one, one, 1, f"{root}, {options}"))
    assert load_dataset(TASK, None).source == "None, {}"


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (FileNotFoundError("three ways"), DataMissing, "^three ways$"),
        (UnusableData("cut"), DataFailed, "^cut$"),
        (KeyError("x"), DataFailed, "^the data set synthetic cannot be loaded: KeyError: 'x'$"),
        (MemoryError("no"), DataFailed, "cannot be loaded: MemoryError: no$"),
    ],
)
def test_a_failure_has_a_reason(monkeypatch, error, kind, message):
    loads(monkeypatch, raising(error))
    with pytest.raises(kind, match=message):
        load_dataset(TASK, None)


def test_the_author_of_a_data_set_sees_where_it_failed(monkeypatch, capsys):
    loads(monkeypatch, raising(KeyError("x")))
    with pytest.raises(DataFailed):
        load_dataset(TASK, None)
    assert "raise error" in capsys.readouterr().err


def test_an_interruption_is_no_failure(monkeypatch):
    loads(monkeypatch, raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        load_dataset(TASK, None)
