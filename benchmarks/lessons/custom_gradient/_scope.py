"""The tasks that these implementations support: few, so that each file stays short."""

from benchmarks.contract import Training


def unsupported(task: Training) -> str | None:
    """The reason why a task is not plain gradient descent on the logistic loss, or None."""
    plain = task.optimizer == "sgd" and not task.momentum and task.batch_size is None
    if task.model == "logistic" and plain and task.precision == "float32":
        return None
    return "this lesson's implementations train the logistic loss with plain full-batch steps only"
