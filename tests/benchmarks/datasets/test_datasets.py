"""Every data set file satisfies the contract; image data sets are decoded once, and checked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import registry
from benchmarks.datasets import _tfds, mnist
from benchmarks.registry import ROOT

DATA = Path(os.environ["LOGREG_JAX_DATA"]).resolve() if "LOGREG_JAX_DATA" in os.environ else None


def load_or_skip(name):
    if reason := registry.missing_imports("datasets", name):
        pytest.skip(reason)
    module = registry.load("datasets", name)
    if reason := module.missing(DATA):
        pytest.skip(reason)
    return module.load(DATA)


@pytest.mark.parametrize("name", registry.names("datasets"))
def test_a_data_set_satisfies_the_contract(name):
    data = load_or_skip(name)
    for x, y in ((data.x, data.y), (data.x_test, data.y_test)):
        assert x.dtype == np.float32
        # a first axis on y, or on both, is one of models
        assert x.ndim == 2 or y.shape == x.shape[:2]
        assert y.shape[-1:] == x.shape[-2:-1]
        assert x.shape[-2] > 0
        assert np.isfinite(x).all()
        if y.dtype == np.int32:
            classes = set(range(max(2, data.num_outputs)))
            assert set(np.unique(y)) <= classes
            assert set(np.unique(data.y)) == classes
        else:
            assert y.dtype == np.float32
            assert data.num_outputs == 1
    assert data.x.shape[-1] == data.x_test.shape[-1]
    assert data.source


@pytest.mark.parametrize("name", registry.names("datasets"))
def test_loading_twice_gives_the_same(name):
    for one, other in zip(load_or_skip(name)[:4], load_or_skip(name)[:4], strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_split_has_no_example_twice():
    data = registry.load("datasets", "digits").load(None)
    assert (len(data.x), len(data.x_test)) == (1437, 360)
    both = np.concatenate([data.x, data.x_test])
    assert len(np.unique(both, axis=0)) == len(both)


def test_mnist_has_its_published_counts():
    """60,000 and 10,000 images; 5,923 zeros and 6,742 ones (LeCun, Cortes, Burges, 1998)."""
    data = load_or_skip("mnist")
    assert (data.x.shape, data.x_test.shape) == ((60_000, 784), (10_000, 784))
    assert np.bincount(data.y)[:2].tolist() == [5923, 6742]
    assert (data.x.min(), data.x.max()) == (0.0, 1.0)


@pytest.fixture
def prepared(tmp_path, monkeypatch):
    """The folder of prepared MNIST, with an empty cache."""
    if DATA is None or mnist.missing(DATA):
        pytest.skip("needs MNIST: set LOGREG_JAX_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return _tfds._find("mnist", DATA)


def test_decoding_happens_once_and_a_damaged_cache_is_decoded_again(prepared, monkeypatch):
    decoded = []

    def decode(name, prepared, into):
        decoded.append(into)
        for array in _tfds.ARRAYS:
            np.save(into / f"{array}.npy", np.arange(5, dtype=np.uint8))
        digests = {array: _tfds._digest(into / f"{array}.npy") for array in _tfds.ARRAYS}
        (into / "sha256.json").write_text(_tfds.json.dumps(digests))

    monkeypatch.setattr(_tfds, "_decode", decode)
    folder = _tfds._decoded("mnist", prepared)
    assert _tfds._decoded("mnist", prepared) == folder
    assert len(decoded) == 1
    with (folder / "x.npy").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\xff")
    assert _tfds._decoded("mnist", prepared) == folder
    assert len(decoded) == 2
    assert _tfds._is_intact(folder)


def test_an_interrupted_decoding_leaves_no_files(prepared, monkeypatch, tmp_path):
    def decode(name, prepared, into):
        (into / "x.npy").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(_tfds, "_decode", decode)
    with pytest.raises(KeyboardInterrupt):
        _tfds._decoded("mnist", prepared)
    assert list((tmp_path / "logreg_jax").iterdir()) == []


def test_a_missing_set_names_the_three_ways_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(_tfds.socket, "create_connection", _no_network)
    with pytest.raises(FileNotFoundError) as caught:
        mnist.load(tmp_path)
    for way in ("LOGREG_JAX_DATA", "download_and_prepare", "network", str(tmp_path)):
        assert way in str(caught.value)


def _no_network(*_, **__):
    raise OSError("no network")


def test_the_users_folder_comes_before_the_librarys(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "own"))
    for root in ("own", "user/tfds"):
        folder = tmp_path / root / "mnist" / _tfds.VERSION
        folder.mkdir(parents=True)
        (folder / "mnist-train.array_record-00000-of-00001").touch()
    assert _tfds._find("mnist", tmp_path / "user") == tmp_path / "user" / "tfds"
    shutil.rmtree(tmp_path / "user")
    assert _tfds._find("mnist", tmp_path / "user") == tmp_path / "own"


def test_no_data_set_loads_a_framework():
    """Images come through tensorflow-datasets, but not through TensorFlow."""
    code = (
        "import sys; from benchmarks import registry\n"
        "from pathlib import Path\n"
        f"root = {str(DATA)!r}; root = None if root == 'None' else Path(root)\n"
        "for name in registry.names('datasets'):\n"
        "    if registry.missing_imports('datasets', name): continue\n"
        "    module = registry.load('datasets', name)\n"
        "    if not module.missing(root): module.load(root)\n"
        "print(sorted({'tensorflow', 'torch', 'jax'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_without_a_package_the_data_sets_that_need_it_are_known_and_the_others_load():
    code = (
        "import sys\n"
        "sys.modules |= {'sklearn': None, 'rich': None}  # as if neither was installed\n"
        "from benchmarks import registry\n"
        "for name in registry.names('datasets'):\n"
        "    reason = registry.missing_imports('datasets', name)\n"
        "    try: registry.load('datasets', name)\n"
        "    except ImportError: assert reason, name\n"
        "    else: assert reason is None, (name, reason)\n"
        "    print(name, reason)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    reasons = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert "needs scikit-learn" in reasons["digits"]
    assert "needs rich" in reasons["mnist"]
    assert reasons["synthetic"] == "None"
