"""Few examples with many features, as gene expressions are: what penalties were invented for."""

from dataclasses import replace

import numpy as np

from benchmarks.contract import Solve

L1 = Solve(
    name="wide_l1",
    dataset="synthetic",
    model="logistic",
    # as many as a study of gene expressions has; 50 of them matter
    options={"num_examples": 200, "num_features": 7_000, "num_informative": 50},
    l1=0.02,  # a tenth of the value from which on all weights are zero; some 100 are not
    required_gap=1e-6,
    why="200 examples of 7,000 features, of which an l1 penalty keeps about 100: work for working sets.",
)

STRENGTHS = tuple(np.geomspace(0.15, 0.02, 20).tolist())

TASKS = (
    L1,
    replace(
        L1,
        name="wide_l2",
        l1=0.0,
        l2=1e-2,
        why="The same with l2, which keeps all features: too many for a Hessian, not for products with x.",
    ),
    replace(
        L1,
        name="wide_l1_path",
        l1=STRENGTHS[-1],
        sweep={"l1": STRENGTHS},
        why="The same with 20 strengths, from one that keeps hardly any feature, as for validation.",
    ),
)
