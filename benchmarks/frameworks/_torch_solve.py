"""What the PyTorch rows share: L-BFGS with a strong Wolfe line search on all examples."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from benchmarks.frameworks._torch import DEVICE, device, use_precision
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Outcome, Problem, Runner


def unsupported(task: SolveTask) -> str | None:
    """The reason of a solver that knows no l1."""
    return "L-BFGS needs a smooth objective, and l1 is not" if task.l1 else None


def runner(task: SolveTask, problem: Problem, dtype: torch.dtype) -> Runner:
    """A loop over models, each an L-BFGS of its own, in `dtype`."""
    use_precision(task)
    binary = task.model == "logistic"
    x = torch.tensor(problem.x, device=DEVICE, dtype=dtype)
    y = torch.tensor(problem.y, device=DEVICE, dtype=dtype if binary else torch.int64)
    weight = None
    if problem.weight is not None:
        weight = torch.tensor(problem.weight, device=DEVICE, dtype=dtype)
    l2 = [task.l2] if problem.l2 is None else problem.l2.tolist()

    def objective(model: int, weights, bias):
        z = x @ weights.T + bias
        target = y if y.ndim == 1 else y[model]
        share = None if weight is None else weight[model]
        if not binary:
            each = cross_entropy(z, target, reduction="none")
            mean = each.mean() if share is None else (share * each).sum() / share.sum()
        else:
            mean = binary_cross_entropy_with_logits(
                z[:, 0], target, share, reduction="mean" if share is None else "sum"
            )
            mean = mean if share is None else mean / share.sum()
        return mean + l2[model] / 2 * (weights**2).sum()

    zero = [
        torch.zeros(p.shape, device=DEVICE, dtype=dtype) for p in (problem.weights, problem.bias)
    ]
    folds = len(task.sweep.get("fold", ()))

    def solve(model: int, tol: float, start):
        weights, bias = (p.clone().requires_grad_() for p in start)
        # A loss that does not change any more ends it, as does a gradient of no more than tol.
        optimizer = torch.optim.LBFGS(
            [weights, bias], max_iter=10**5, max_eval=10**6, tolerance_grad=tol,
            tolerance_change=1e-30, history_size=50, line_search_fn="strong_wolfe",
        )  # fmt: skip

        def closure():
            optimizer.zero_grad()
            loss = objective(model, weights, bias)
            loss.backward()
            return loss

        optimizer.step(closure)
        return weights.detach(), bias.detach()

    def run(tol: float):
        found = []
        for model in range(task.models):
            # a path: the penalties come from the strongest to the weakest, the folds next to each other
            ahead = folds and model >= folds
            found.append(solve(model, tol, found[model - folds] if ahead else zero))
        if DEVICE.type == "cuda":
            torch.cuda.synchronize()
        return found

    def collect(found) -> Outcome:
        weights, bias = (torch.stack(p).cpu().numpy() for p in zip(*found, strict=True))
        return Outcome(weights, bias, None) if task.sweep else Outcome(weights[0], bias[0], None)

    return Runner(run, collect, *device())
