"""Problems made to break the gap of a solve, and their minima in float64, found by NumPy alone."""

from typing import NamedTuple

import numpy as np


class Problems(NamedTuple):
    """Stacked problems of one shape, with a start each; `[problems, ...]` on every array."""

    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray
    l1: np.ndarray
    l2: np.ndarray
    weights: np.ndarray
    bias: np.ndarray


def draw(kind, seed, count, n=40, d=3, outputs=1, dtype="float32", l1=False):
    """Offsets to 1e5, scales from 1e-6 to 1e6, weights from 1e-30 to 1e30, starts near, far and extreme.

    With l1 half of the problems have no l2.
    """
    rng = np.random.default_rng(seed)
    pick = lambda options: rng.integers(0, options, count)
    power = lambda low, high, *shape: 10.0 ** rng.uniform(low, high, (count, *shape))
    column = lambda values: np.reshape(values, (count, 1, 1))
    scale = np.choose(pick(3), [1.0, 2.0, 3.0])
    spread = np.where(column(scale == 2), power(-3, 3, 1, d), 1) * np.where(
        column(scale == 3), power(-6, 6, 1, 1), 1
    )
    x = rng.standard_normal((count, n, d)) * spread
    x += (
        np.where(column(pick(2)), power(0, 5, 1, d) * rng.choice([-1, 1], (count, 1, d)), 0)
        * spread
    )
    special = pick(20)
    x[special == 0, :, 0] = 3.0  # constant
    x[special == 1, :, 1] = x[special == 1, :, 0]  # twice the same
    x = x.astype(dtype)
    z = (x - x.mean(1, dtype=float, keepdims=True)) / np.maximum(
        x.std(1, dtype=float, keepdims=True), 1e-30
    )
    labels = pick(4)  # noise, signal, separable, a class missing
    noise = np.choose(labels, [1e3, 1.0, 0.0, 1.0])
    signal = np.einsum(
        "pkd,pnd->pnk", rng.standard_normal((count, outputs, d)) * power(-1, 1, 1, 1), z
    )
    signal += column(noise) * rng.standard_normal(signal.shape)
    if kind == "linear":
        y = (signal[:, :, 0] * power(-3, 3, 1) + power(0, 3, 1) * pick(2)[:, None]).astype(dtype)
    elif kind == "logistic":
        y = np.where((labels == 3)[:, None], 1, signal[:, :, 0] > 0).astype("int32")
    else:
        y = signal.argmax(2).astype("int32")
        y[labels == 3] = np.minimum(y[labels == 3], outputs - 2)
    weighting = pick(4)[:, None]
    uniform, kept = rng.uniform(0, 2, (count, n)), rng.integers(0, 2, (count, n))
    kinds = [np.ones((count, n)), uniform, power(-30, 30, n), power(-30, 38, 1) * kept]
    weight = np.choose(weighting, kinds)
    weight[weight.max(1) == 0] = 1
    far = np.choose(pick(4), [np.zeros(count), np.ones(count), power(0, 2), power(0, 6)])
    start = rng.standard_normal((count, outputs, d)) * column(far)
    start /= np.maximum(x.std(1, dtype=float, keepdims=True), 1e-6)
    bias = rng.standard_normal((count, outputs)) * far[:, None]
    l2 = power(-8, 1)
    strengths = (power(-6, 0), l2 * pick(2)) if l1 else (np.zeros(count), l2)
    arrays = (weight, *strengths, start, bias)
    return Problems(x, y, *(array.astype(dtype) for array in arrays))


def objective(kind, problems, weights, bias):
    """The penalised mean loss in float64, `[problems]`."""
    x, w = problems.x.astype(float), _normalized(problems.weight)
    scores = np.einsum("pnd,pkd->pnk", x, weights.astype(float)) + bias.astype(float)[:, None]
    mean = (w * _losses(kind, scores, problems.y)).sum(1)
    sizes = np.abs(weights.astype(float))
    l1, l2 = problems.l1.astype(float), problems.l2.astype(float)
    return mean + l1 * sizes.sum((1, 2)) + 0.5 * l2 * (sizes**2).sum((1, 2))


def score_size(problems, params):
    """Size of the terms of the scores, `[problems]`: their rounding error is epsilon times that."""
    weights, bias = (np.abs(array.astype(float)) for array in params)
    largest = np.abs(problems.x.astype(float)).max(1)
    return np.einsum("pkd,pd->pk", weights, largest).max(1) + bias.max(1)


def lowest(kind, problems, weights, bias):
    """A value close to the minimum without l1, never below it: the best of damped Newton steps.

    Newton's method on standardised features, every step the best of seventeen lengths.
    """
    x, w = problems.x.astype(float), _normalized(problems.weight)
    mean = np.einsum("pn,pnd->pd", w, x)
    x = x - mean[:, None]
    size = np.sqrt(np.einsum("pn,pnd->pd", w, x**2))
    size = np.where(size > 0, size, 1)
    outputs, d = weights.shape[1:]
    x = np.concatenate([x / size[:, None], np.ones((*x.shape[:2], 1))], 2)
    centred_bias = bias + np.einsum("pkd,pd->pk", weights, mean)
    theta = np.concatenate([weights * size[:, None], centred_bias[:, :, None]], 2)
    penalty = np.zeros_like(theta)
    penalty[:, :, :-1] = (problems.l2.astype(float)[:, None] / size**2)[:, None]

    def value(theta):
        losses = _losses(kind, np.einsum("pnd,pkd->pnk", x, theta), problems.y)
        return (w * losses).sum(1) + 0.5 * (penalty * theta**2).sum((1, 2))

    best = value(theta)
    for _ in range(60):
        slopes, curvature = _derivatives(kind, np.einsum("pnd,pkd->pnk", x, theta), problems.y)
        gradient = np.einsum("pn,pnk,pnd->pkd", w, slopes, x) + penalty * theta
        hessian = np.einsum("pn,pnkl,pnd,pne->pkdle", w, curvature, x, x, optimize=True)
        hessian = hessian.reshape(len(x), theta[0].size, theta[0].size)
        index = np.arange(outputs * (d + 1))
        hessian[:, index, index] += penalty.reshape(len(x), -1)
        inverse = np.linalg.pinv(np.nan_to_num(hessian), rcond=1e-13, hermitian=True)
        step = -(inverse @ gradient.reshape(len(x), -1, 1)).reshape(theta.shape)
        step, before = np.where(np.isfinite(step), step, 0), best
        candidates = [theta + 2.0**-k * step for k in np.arange(0, 25, 1.5)]
        for candidate in candidates:
            found = value(candidate)
            theta = np.where((found < best)[:, None, None], candidate, theta)
            best = np.fmin(best, found)
        if (best >= before).all():
            break
    return best


def _normalized(weight):
    share = weight.astype(float) / weight.max(1, keepdims=True)
    return share / share.sum(1, keepdims=True)


def _losses(kind, scores, y):
    if kind == "linear":
        return (scores[:, :, 0] - y.astype(float)) ** 2
    if kind == "logistic":
        return np.logaddexp(0, (1 - 2 * y) * scores[:, :, 0])
    # log(1 + sum of exp(other - own)), as a chain of sums that keeps the digits of a small loss
    own = np.take_along_axis(scores, y[:, :, None], 2)
    others = np.where(np.arange(scores.shape[2]) == y[:, :, None], -np.inf, scores - own)
    return np.logaddexp(0, np.logaddexp.reduce(others, axis=2))


def _derivatives(kind, scores, y):
    outputs = scores.shape[2]
    if kind == "linear":
        return 2 * (scores - y.astype(float)[:, :, None]), np.full((*scores.shape, 1), 2.0)
    if kind == "logistic":
        sign = (1 - 2 * y)[:, :, None]
        wrong = np.exp(-np.logaddexp(0, -sign * scores))
        return sign * wrong, (wrong * (1 - wrong))[..., None]
    p = np.exp(scores - np.logaddexp.reduce(scores, axis=2, keepdims=True))
    curvature = p[..., None] * np.eye(outputs) - p[..., :, None] * p[..., None, :]
    return p - (np.arange(outputs) == y[:, :, None]), curvature
