"""The losses in PyTorch's own functions."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss


def example_losses(
    model: str, scores: torch.Tensor, y: torch.Tensor, reduction: str = "none"
) -> torch.Tensor:
    """Losses `[n]` from scores `[n, outputs]`, or their mean if reduction is "mean"."""
    if model == "softmax":
        return cross_entropy(scores, y, reduction=reduction)
    if model == "logistic":
        return binary_cross_entropy_with_logits(scores[:, 0], y, reduction=reduction)
    return mse_loss(scores[:, 0], y, reduction=reduction)


def mean_loss(
    model: str, scores: torch.Tensor, y: torch.Tensor, sample_weight: torch.Tensor | None = None
) -> torch.Tensor:
    """Mean loss of the examples, weighted if there are sample weights."""
    if sample_weight is None:
        return example_losses(model, scores, y, reduction="mean")
    losses = example_losses(model, scores, y)
    return (sample_weight * losses).sum() / sample_weight.sum()
