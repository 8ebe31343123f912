"""The fingerprint is plain data that names versions and the variables that change speed."""

import json

import numpy as np
import pytest

from benchmarks.machine import fingerprint, versions
from benchmarks.machine.cores import cores


def test_a_fingerprint_is_json_and_names_versions(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("UNRELATED", "secret")
    found = json.loads(json.dumps(fingerprint.fingerprint()))
    assert found["versions"]["numpy"] == np.__version__
    assert found["cores"] == cores() >= 1
    assert found["cpu"]
    assert found["variables"]["OMP_NUM_THREADS"] == "2"
    assert "UNRELATED" not in found["variables"]


def test_a_distribution_that_is_not_installed_has_no_version(monkeypatch):
    monkeypatch.setattr(versions, "DISTRIBUTIONS", ("numpy", "no-such-distribution"))
    assert list(fingerprint.fingerprint()["versions"]) == ["numpy"]


@pytest.mark.parametrize("error", [OSError(), fingerprint.subprocess.CalledProcessError(1, "git")])
def test_without_git_the_commit_is_unknown(monkeypatch, error):
    def run(*_, **__):
        raise error

    monkeypatch.setattr(fingerprint.subprocess, "run", run)
    assert fingerprint.fingerprint()["commit"] == "unknown"
