"""Convex problems of many shapes, each solved to a certified gap."""

from dataclasses import replace

import numpy as np

from benchmarks.contract import Solve

A9A = Solve(
    name="a9a_solve",
    dataset="a9a",
    model="logistic",
    l2=1e-4,  # a third of the value that cross-validation selects, so that the problem is not easy
    required_gap=1e-6,
    why="32,561 people with 123 yes-or-no features, about 14 of them yes: classic data of sparse solvers.",
)

PATH = Solve(
    name="digits_path",
    dataset="digits",
    model="softmax",
    # from far above the best value to far below
    sweep={"l2": tuple(np.geomspace(1e0, 1e-4, 50).tolist()), "fold": tuple(range(5))},
    required_gap=1e-4,  # with a smaller one, scores on held-out examples are the same
    why="Cross-validation of a penalty: 50 strengths x 5 folds. The worst of 250 models counts.",
)

PROBES = Solve(
    name="probes_solve",
    dataset="probes",
    model="logistic",
    l2=1e-3,
    options={"num_examples": 500, "num_features": 20, "num_targets": 1_000},
    sweep={"target": tuple(range(1_000))},
    required_gap=1e-6,
    why="1,000 yes-or-no questions about 500 vectors, each to its optimum. The worst model counts.",
)

TALL = Solve(
    name="tall_solve",
    dataset="synthetic",
    model="logistic",
    options={"num_examples": 500_000, "num_features": 28},
    l2=1e-4,
    required_gap=1e-8,
    why="500,000 examples of 28 features: few parameters, so that passes over the data take the time.",
)

TASKS = (
    Solve(
        name="mnist_solve",
        dataset="mnist",
        model="softmax",
        l2=1e-3,  # near the best value on the test images
        required_gap=1e-6,
        why="7,850 parameters on 60,000 images: too many for a Hessian, and ill-conditioned.",
    ),
    TALL,
    replace(
        TALL,
        name="tall_float64",
        precision="float64",
        required_gap=1e-9,
        why="The same in float64, for which most solvers were made: twice the memory traffic.",
    ),
    replace(
        TALL,
        name="tall_elastic_net",
        l2=0.5e-4,
        l1=0.5e-4,  # strength 1e-4, half of it l1
        required_gap=1e-6,
        why="500,000 examples with an elastic net: what a step does besides its passes hardly counts.",
    ),
    Solve(
        name="hundred_classes",
        dataset="synthetic",
        model="softmax",
        # features of a frozen network, and the labels of a data set of images
        options={"num_examples": 50_000, "num_features": 512, "num_classes": 100},
        l2=1e-3,
        required_gap=1e-4,
        why="A linear probe: 51,300 parameters on 50,000 feature vectors, whose products take the time.",
    ),
    A9A,
    replace(
        A9A,
        name="a9a_elastic_net",
        l2=0.5e-4,
        l1=0.5e-4,  # strength 1e-4, half of it l1
        why="An elastic net, strength 1e-4 and ratio 0.5: no derivative where a weight is zero.",
    ),
    PATH,
    PROBES,
    Solve(
        name="breast_cancer_solve",
        dataset="breast_cancer",
        model="logistic",
        l2=1e-3,
        required_gap=1e-8,
        quick=True,
        why="455 tumours with 30 measurements: so small that overhead takes the time.",
    ),
    Solve(
        name="breast_cancer_float64",
        dataset="breast_cancer",
        model="logistic",
        l2=1e-3,
        precision="float64",
        required_gap=1e-9,
        why="The same in float64, to a tenth of the gap: more than some solvers reach in float32.",
    ),
    Solve(
        name="breast_cancer_elastic_net",
        dataset="breast_cancer",
        model="logistic",
        l2=1e-3,
        l1=1e-3,
        required_gap=1e-6,
        quick=True,
        why="An elastic net so small that overhead takes the time.",
    ),
    Solve(
        name="digits_solve",
        dataset="digits",
        model="softmax",
        l2=1e-3,
        required_gap=1e-6,
        why="1,437 images of 64 pixels: ten classes, and still small enough for every solver.",
    ),
    replace(
        PATH,
        name="breast_cancer_path",
        dataset="breast_cancer",
        model="logistic",
        sweep={"l2": tuple(np.geomspace(1e0, 1e-3, 10).tolist()), "fold": tuple(range(5))},
        why="The same with 10 strengths x 5 folds of a small data set.",
    ),
    replace(
        PROBES,
        name="probes_few",
        options={"num_examples": 500, "num_features": 20, "num_targets": 20},
        sweep={"target": tuple(range(20))},
        why="The same with 20 questions, to see whether solving so few together pays.",
    ),
)
