"""Solves by PyTorch: L-BFGS with a strong Wolfe line search on all examples."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks.contract import Arrays, Outcome, Runner, Solve
from benchmarks.frameworks.torch._device import (
    device,
    on_device,
    synchronize,
    use_precision,
    use_threads,
)
from benchmarks.frameworks.torch._losses import mean_loss

Params = tuple[torch.Tensor, torch.Tensor]


def needs_smooth(task: Solve) -> str | None:
    """The reason why L-BFGS cannot solve the task, or None."""
    return "L-BFGS needs a smooth objective; an l1 penalty is not smooth" if task.l1 else None


def runner(task: Solve, arrays: Arrays, dtype: torch.dtype) -> Runner:
    """A loop over models with an L-BFGS solve for each, in `dtype`."""
    use_precision(task)
    x, y, weights_start, bias_start, sample_weight = on_device(task, arrays, dtype)
    start = (weights_start, bias_start)
    l2 = [task.l2] if arrays.l2 is None else arrays.l2.tolist()

    def mean(model: int, scores: torch.Tensor) -> torch.Tensor:
        target = y if y.ndim == 1 else y[model]
        share = None if sample_weight is None else sample_weight[model]
        if share is None or task.model == "softmax":
            return mean_loss(task.model, scores, target, share)
        # only for this loss PyTorch applies weights itself, with fewer passes over the examples
        total = binary_cross_entropy_with_logits(scores[:, 0], target, share, reduction="sum")
        return total / share.sum()

    def solve(model: int, tol: float, start: Params) -> Params:
        weights, bias = (p.clone().requires_grad_() for p in start)
        # ends when the loss does not change any more, or no gradient is larger than tol
        optimizer = torch.optim.LBFGS(
            [weights, bias], max_iter=10**5, max_eval=10**6, tolerance_grad=tol,
            tolerance_change=1e-30, history_size=50, line_search_fn="strong_wolfe",
        )  # fmt: skip

        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            loss = mean(model, x @ weights.T + bias) + l2[model] / 2 * (weights**2).sum()
            loss.backward()
            return loss

        optimizer.step(closure)
        return weights.detach(), bias.detach()

    folds = len(task.sweep.get("fold", ()))

    def run(tol: float) -> list[Params]:
        solutions: list[Params] = []
        for model in range(task.models):
            # on a path, penalties go from the strongest to the weakest, and the fold varies fastest
            warm = folds and model >= folds
            solutions.append(solve(model, tol, solutions[model - folds] if warm else start))
        synchronize()
        return solutions

    def collect(solutions: list[Params]) -> Outcome:
        weights, bias = (torch.stack(p).cpu().numpy() for p in zip(*solutions, strict=True))
        return Outcome(weights, bias) if task.sweep else Outcome(weights[0], bias[0])

    return Runner(run, collect, *device(), use_threads=use_threads)
