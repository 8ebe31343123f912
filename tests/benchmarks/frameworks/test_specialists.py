"""Specialists get the layout that suits them, and a time only for their own code."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse import csc_array, csr_array

from benchmarks import registry
from benchmarks.frameworks.specialists import _binary
from benchmarks.registry import ROOT

DENSE = np.float32([[1, 2, 3], [4, 5, 6]])
SPARSE = np.float32([[0, 0, 0, 0, 7], [0, 0, 1, 0, 0]])

FALLEN_BACK = """
import numpy as np
from benchmarks.contract import Solve
from benchmarks.frameworks.specialists import sklearnex_lbfgs
task = Solve(name="a", dataset="b", model="logistic", why="c", l2=0.1, required_gap=1e-6)
x, y = np.random.default_rng(0).normal(size=(60, 3)), np.arange(60) % 2
sklearnex_lbfgs._require_own_code(task, x, y)
print("its own code ran")
sklearnex_lbfgs.OWN_CODE = "what it says of no fit"
sklearnex_lbfgs._require_own_code(task, x, y)
"""


@pytest.mark.parametrize("sparse", [csr_array, csc_array])
def test_a_sparse_x_is_stored_as_its_solver_wants_it(sparse):
    made = _binary.laid_out(SPARSE, sparse, "C", np.float64)
    assert isinstance(made, sparse)
    assert made.dtype == np.float64
    assert made.indices.dtype == made.indptr.dtype == np.int32
    np.testing.assert_array_equal(made.toarray(), SPARSE)


@pytest.mark.parametrize(("order", "flag"), [("C", "C_CONTIGUOUS"), ("F", "F_CONTIGUOUS")])
def test_a_dense_x_is_stored_in_the_order_that_was_asked_for(order, flag):
    made = _binary.laid_out(DENSE, csr_array, order, np.float64)
    assert made.flags[flag]
    assert made.dtype == np.float64
    np.testing.assert_array_equal(made, DENSE)


def test_the_extension_of_scikit_learn_has_no_row_for_what_it_left_to_scikit_learn():
    if reason := registry.missing_imports("frameworks", "sklearnex_lbfgs"):
        pytest.skip(reason)
    # in a process of its own, since the extension changes scikit-learn's settings
    command = [sys.executable, "-c", FALLEN_BACK]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "its own code ran\n"
    assert "RuntimeError: the extension left the fit to scikit-learn" in done.stderr
