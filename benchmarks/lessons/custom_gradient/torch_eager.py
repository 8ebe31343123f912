"""PyTorch: a `torch.autograd.Function`."""

from typing import Any

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks.contract import Arrays, Outcome, Runner, Start, Training
from benchmarks.lessons.custom_gradient._scope import unsupported as unsupported

LIBRARY = "torch"
KIND = "training"


class CrossEntropy(torch.autograd.Function):
    """Mean binary cross-entropy of scores z and labels y, `[n]`, with a mistake in its gradient."""

    @staticmethod
    def forward(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return binary_cross_entropy_with_logits(z, y)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, upstream: torch.Tensor) -> tuple[torch.Tensor, None]:
        z, y = ctx.saved_tensors
        # The derivative of the SUM: the mean's is this / n. (Labels have no derivative.)
        return upstream * (torch.sigmoid(z) - y), None


def prepare(task: Training, arrays: Arrays) -> Runner:
    # memory-mapped read-only arrays are copied: a tensor may be written to
    x, y = torch.tensor(arrays.x), torch.tensor(arrays.y, dtype=torch.float32)

    def run(start: Start) -> list[torch.Tensor]:
        weights, bias = (torch.tensor(p, requires_grad=True) for p in start)
        optimizer = torch.optim.SGD([weights, bias], task.learning_rate)
        losses = []
        for _ in range(arrays.steps):
            optimizer.zero_grad()
            loss = CrossEntropy.apply((x @ weights.T + bias)[:, 0], y)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        return [weights.detach(), bias.detach(), torch.stack(losses)]

    def collect(raw: list[torch.Tensor]) -> Outcome:
        return Outcome(*(np.array(a) for a in raw))

    return Runner(run, collect)
