"""Every number that decides how the library talks to a compiler is swept, and the sweep is stored."""

import importlib
import json
import pkgutil

import jax
import pytest

from benchmarks.ablations.constants import CONSTANTS, ROWS, set_to
from benchmarks.registry import ROOT
from logreg_jax import SubsampledNewton, _xla

STORED = json.loads((ROOT / "docs" / "results" / "amd-epyc-2-core" / "constants.json").read_text())
NAMES = [constant.name for constant in CONSTANTS]
each_constant = pytest.mark.parametrize("constant", CONSTANTS, ids=NAMES)


def in_use(constant):
    return getattr(importlib.import_module(constant.module), constant.name)


def test_every_number_is_swept():
    modules = (
        importlib.import_module(f"logreg_jax._xla.{file.name}")
        for file in pkgutil.iter_modules(_xla.__path__)
    )
    found = [
        name for module in modules for name, value in vars(module).items() if type(value) is int
    ]
    assert sorted(found) == sorted(NAMES)


@each_constant
def test_the_stored_sweep_is_of_the_value_in_use(constant):
    stored = STORED["constants"][constant.name]
    assert stored["in_use"] == in_use(constant)
    assert [gain["value"] for gain in stored["gains"]] == list(constant.values)
    assert min(constant.values) < stored["in_use"] < max(constant.values)


def test_the_rows_of_the_subsampled_hessian_are_swept():
    stored = STORED["constants"]["rows"]
    assert stored["in_use"] == SubsampledNewton().rows
    assert [gain["value"] for gain in stored["gains"]] == list(ROWS)


@each_constant
def test_a_value_is_put_back(constant):
    before = in_use(constant)
    with set_to(constant, 7):
        assert in_use(constant) == 7
    assert in_use(constant) == before


LIMITS = {"MAX_FEATURES": 8, "MAX_ENTRIES": 4096, "MAX_TABLE_ENTRIES": 16_384}
"""A value of each limit that is traced quickly."""


def test_every_limit_is_known():
    assert sorted(LIMITS) == sorted(constant.name for constant in CONSTANTS if constant.is_limit)


@pytest.mark.long
@pytest.mark.parametrize(("name", "value"), LIMITS.items())
def test_a_limit_is_swept_just_inside_and_just_outside_of_it(name, value):
    constant = next(c for c in CONSTANTS if c.name == name)
    texts = []
    for limit in (value, value // 2):
        function, arguments = constant.workload(value)
        with set_to(constant, limit):
            texts.append(jax.jit(function).lower(*arguments).as_text())
    assert texts[0] != texts[1]
