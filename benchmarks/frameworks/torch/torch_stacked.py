"""A sweep in PyTorch in the style of an expert: one wide matrix product, gradients by hand, compiled.

On a shared x the weights of all models are the rows of one matrix, so that scores and gradients are two
products of full width. The compiler fuses the elementwise rest. Scores are one row per model and
output: a step of `sweep_learning_rate` takes nine tenths of the time that it takes with a row per
example.
"""

import torch
from torch.nn.functional import one_hot, softplus

from benchmarks.contract import Arrays, Runner, Sweep
from benchmarks.frameworks.torch._compile import missing_compiler
from benchmarks.frameworks.torch._device import (
    DEVICE,
    Tensors,
    device,
    on_device,
    place,
    use_precision,
    use_threads,
)
from benchmarks.frameworks.torch._loop import Loop, State, Step, collect

LIBRARY = "torch"
KIND = "sweep"


def unsupported(task: Sweep) -> str | None:
    return missing_compiler()


def losses_and_slopes(
    model: str, z: torch.Tensor, y: torch.Tensor, label: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Losses `[models, n]` and their derivatives `[models, outputs, n]`, of scores of that shape."""
    if model == "softmax":
        logs = torch.log_softmax(z, dim=1)
        return -(logs * label).sum(dim=1), logs.exp() - label
    z = z[:, 0]
    if model == "logistic":
        return softplus(z) - y * z, (torch.sigmoid(z) - y)[:, None]
    return (z - y).square(), (2 * (z - y))[:, None]


def prepare(task: Sweep, arrays: Arrays) -> Runner:
    use_precision(task)
    state = State(task, arrays)
    loop = Loop(arrays, state, step_of(task, arrays, on_device(task, arrays), state))
    return Runner(loop.run, collect, *device(), place=place, use_threads=use_threads)


def step_of(task: Sweep, arrays: Arrays, tensors: Tensors, state: State) -> Step:
    """A step of all models in place, on some rows (-1 is padding) or on all examples; returns losses."""
    x, sample_weight = tensors.x, tensors.sample_weight
    l2 = None if arrays.l2 is None else torch.tensor(arrays.l2, device=DEVICE)[:, None, None]
    models, (outputs, features) = task.models, arrays.weights.shape
    per_model = x.ndim == 3
    targets = tensors.y if tensors.y.ndim == 2 else tensors.y[None]
    labels = targets[:, None]
    if task.model == "softmax":
        labels = one_hot(targets, outputs).float().transpose(1, 2).contiguous()
    padded = arrays.has_padding
    share = (
        None if sample_weight is None else sample_weight / sample_weight.sum(dim=1, keepdim=True)
    )

    def scores(x: torch.Tensor) -> torch.Tensor:
        weights, bias = state.params
        if per_model:
            return torch.baddbmm(bias[:, :, None], weights, x.transpose(1, 2))
        wide = torch.addmm(bias.reshape(-1, 1), weights.reshape(-1, features), x.T)
        return wide.reshape(models, outputs, -1)

    def products(slopes: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        if per_model:
            return torch.bmm(slopes, x)
        return (slopes.reshape(models * outputs, -1) @ x).reshape(models, outputs, features)

    def shares(rows: torch.Tensor | None, n: int) -> torch.Tensor | float:
        """The weight of each example in the mean, `[models, n]` or a number."""
        if rows is None:
            return 1 / n if share is None else share
        if sample_weight is None:
            if not padded:
                return 1 / n
            counts = (rows >= 0).float()[None]
        else:
            counts = sample_weight.index_select(1, rows.clamp(min=0))
            if padded:
                counts = counts * (rows >= 0).float()[None]
        return counts / counts.sum(dim=1, keepdim=True)

    def step(rows: torch.Tensor | None, number: torch.Tensor) -> torch.Tensor:
        x_rows, y_rows, label = x, targets, labels
        if rows is not None:
            at = rows.clamp(min=0)
            x_rows = x.index_select(1 if per_model else 0, at)
            y_rows, label = targets.index_select(1, at), labels.index_select(2, at)
        each, slopes = losses_and_slopes(task.model, scores(x_rows), y_rows, label)
        counts = shares(rows, each.shape[1])
        losses = (counts * each).sum(dim=1)
        slopes = slopes * (counts if isinstance(counts, float) else counts[:, None])
        gradient = products(slopes, x_rows)
        if l2 is not None:
            weights = state.params[0]
            losses = losses + 0.5 * l2[:, 0, 0] * weights.square().sum(dim=(1, 2))
            gradient = gradient + l2 * weights
        state.update(number, [gradient, slopes.sum(dim=2)])
        return losses

    return step
