"""The compiler tricks of `logreg_jax._xla`, each with its plain form and a workload that shows its gain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

import logreg_jax as lj

SGD = lj.Optax(0.1, optax.sgd)
Workload = tuple[Callable[..., Any], tuple[Any, ...]]


@dataclass(frozen=True)
class Trick:
    """Functions of `logreg_jax._xla` that belong together.

    Attributes:
        name: what the tables call it.
        plain: the plain form of each function, by the function's name.
        workload: `workload(small)` gives a function of the public API to be compiled, and its
            arguments; the small one is for tests and takes the same way through the code.
    """

    name: str
    plain: Mapping[str, Callable[..., Any]]
    workload: Callable[[bool], Workload]


def random_data(examples: int, features: int, classes: int = 2) -> lj.Batch:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((examples, features), dtype="float32")
    return lj.Batch(jnp.asarray(x), jnp.asarray(rng.integers(0, classes, examples), jnp.int32))


def _targets(models: int, data: lj.Batch) -> jax.Array:
    rng = np.random.default_rng(1)
    return jnp.asarray(rng.integers(0, 2, (models, len(data.y))), jnp.int32)


def full_batch(model: lj.Model, examples: int, features: int, outputs: int, steps: int) -> Workload:
    """Steps of gradient descent on all examples."""

    def train(data: lj.Batch) -> Any:
        return lj.fit_full_batch(model, SGD, lj.init(features, outputs), data, steps)

    return train, (random_data(examples, features, max(outputs, 2)),)


def one_feature(small: bool) -> Workload:
    """Small steps of logistic regression with one feature."""
    return full_batch(lj.logistic, 1_000, 1, 1, 20 if small else 1_001)


def narrow(small: bool) -> Workload:
    """Full-batch steps on 442 examples of 10 features."""
    return full_batch(lj.logistic, 442, 10, 1, 20 if small else 500)


def large(small: bool) -> Workload:
    """Full-batch steps of softmax on more than 8 MiB."""
    return full_batch(lj.softmax, 3_000 if small else 60_000, 784, 10, 3)


def epoch(small: bool) -> Workload:
    """An epoch in batches of 100."""
    examples = 1_000 if small else 20_000

    def train(data: lj.Batch, plan: jax.Array) -> Any:
        return lj.fit(lj.softmax, SGD, lj.init(784, 10), data, plan)

    plan = lj.epoch_plan(jax.random.key(0), examples, 100, 1)
    return train, (random_data(examples, 784, 10), plan)


def folds(small: bool) -> Workload:
    """Full-batch steps of many softmax models on one x."""
    models, data = (3 if small else 100), random_data(300 if small else 1_500, 64, 10)

    def train(data: lj.Batch, weights: jax.Array) -> Any:
        def one(weight: jax.Array) -> lj.Params:
            fold = data._replace(weight=weight)
            return lj.fit_full_batch(lj.softmax, SGD, lj.init(64, 10), fold, 5).params

        return jax.vmap(one)(weights)

    kept = np.arange(len(data.y)) % 5 != np.arange(models)[:, None] % 5
    return train, (data, jnp.asarray(kept, jnp.float32))


def targets(small: bool) -> Workload:
    """Full-batch steps of many logistic models on one x."""
    data = random_data(200, 40)

    def train(data: lj.Batch, targets: jax.Array) -> Any:
        def one(y: jax.Array) -> lj.Params:
            return lj.fit_full_batch(lj.logistic, SGD, lj.init(40), data._replace(y=y), 20).params

        return jax.vmap(one)(targets)

    return train, (data, _targets(3 if small else 1_000, data))


def long_rows(small: bool) -> Workload:
    """Steps of a softmax solve on many examples."""
    data = random_data(9_000 if small else 60_000, 20, 10)

    def solve(data: lj.Batch) -> Any:
        model = replace(lj.softmax, l2=1e-3)
        found = lj.solve(model, lj.LBFGS(), lj.init(20, 10), data, tol=1e-30, max_steps=4)
        return found.params

    return solve, (data,)


def tall(small: bool) -> Workload:
    """Newton steps on many examples of few features."""
    data = random_data(2_000 if small else 300_000, 28)

    def solve(data: lj.Batch) -> Any:
        model = replace(lj.logistic, l2=1e-3)
        return lj.solve(model, lj.Newton(), lj.init(28), data, tol=1e-4, max_steps=4).params

    return solve, (data,)


def solves(small: bool) -> Workload:
    """Newton steps of many logistic models on one x."""
    data = random_data(200, 20)

    def solve(data: lj.Batch, targets: jax.Array) -> Any:
        def one(y: jax.Array) -> lj.Params:
            model = replace(lj.logistic, l2=1e-2)
            start, own = lj.init(20), data._replace(y=y)
            return lj.solve(model, lj.Newton(), start, own, tol=1e-4, max_steps=6).params

        return jax.vmap(one)(targets)

    return solve, (data, _targets(3 if small else 1_000, data))


def _identity(array: jax.Array) -> jax.Array:
    return array


TRICKS = (
    Trick("softplus as a series", {"softplus": jax.nn.softplus}, one_feature),
    Trick(
        "reductions that XLA does not recognise",
        {
            "unrecognized_max": lambda rows: jnp.max(rows, axis=0),
            "unrecognized_sum": lambda rows: jnp.sum(rows, axis=0),
        },
        folds,
    ),
    Trick(
        "reductions by halves",
        {
            "max_by_halves": lambda rows: jnp.max(rows, axis=0),
            "sum_by_halves": lambda rows: jnp.sum(rows, axis=0),
        },
        long_rows,
    ),
    Trick("weighted sum as a reduction", {"weighted_sum": lambda weights, x: weights @ x}, tall),
    Trick(
        "weighted totals as a product",
        {"weighted_total": lambda weights, values: jnp.sum(weights * values)},
        targets,
    ),
    Trick(
        "mean squares as a product",
        {"weighted_mean_squares": lambda s, weight: jnp.sum(weight[None, :] * s**2, axis=1)},
        solves,
    ),
    Trick(
        "one table for many Gram matrices",
        {"weighted_gram": lambda x, weights: (x * weights[:, None]).T @ x},
        solves,
    ),
    Trick("slopes behind a barrier", {"keep_layout": _identity}, epoch),
    Trick("evaluations inside their loop", {"keep_in_loop": lambda params, turn: params}, tall),
    Trick(
        "a narrow x by columns",
        {
            "is_narrow": lambda x, outputs: False,
            "store_columns": _identity,
            "load_columns": _identity,
        },
        narrow,
    ),
    Trick("blocks of 8 MiB", {"sum_over_blocks": lambda sums, batch: sums(batch)}, large),
)
