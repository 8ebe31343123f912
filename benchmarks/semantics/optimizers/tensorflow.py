"""The optimisers and losses of TensorFlow itself, which are older than those of Keras."""

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf

from benchmarks.semantics.questions import CLASSES, ERRORS, Settings

LIBRARY = "tensorflow"

OPTIMIZERS = {
    "sgd": ("learning_rate", "momentum", "nesterov"),
    "adam": ("learning_rate", "beta1", "beta2", "epsilon"),
}
_ITS_NAMES = {"nesterov": "use_nesterov"}
_train = tf.compat.v1.train


def final(
    optimizer: str,
    settings: Settings,
    start: float,
    gradients: Sequence[float],
    rates: Sequence[float],
) -> float:
    given: dict[str, Any] = {_ITS_NAMES.get(name, name): v for name, v in settings.items()}
    step = 0
    if rates:
        given["learning_rate"] = lambda: rates[step]
    chosen = _train.AdamOptimizer if optimizer == "adam" else _sgd(given)
    updates = chosen(**given)
    parameter = tf.Variable(start, dtype=tf.float32)
    for step, gradient in enumerate(gradients):  # noqa: B007  (the learning rate asks for it)
        updates.apply_gradients([(tf.constant(gradient), parameter)])
    return float(parameter.numpy())


def _sgd(given: Mapping[str, Any]) -> Any:
    """With momentum it is another class, whose momentum has no default."""
    with_momentum = "momentum" in given or "use_nesterov" in given
    return _train.MomentumOptimizer if with_momentum else _train.GradientDescentOptimizer


def losses() -> Mapping[str, tuple[str, Any]]:
    errors, n = tf.constant(ERRORS), len(ERRORS)
    scores, labels = tf.zeros((n, CLASSES)), tf.zeros(n, tf.int32)
    found = {
        "nn.l2_loss": ("linear", tf.nn.l2_loss(errors)),
        "nn.sigmoid_cross_entropy_with_logits": (
            "logistic",
            tf.nn.sigmoid_cross_entropy_with_logits(tf.ones(n), tf.zeros(n)),
        ),
        "nn.sparse_softmax_cross_entropy_with_logits": (
            "softmax",
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores),
        ),
    }
    return {name: (model, value.numpy().tolist()) for name, (model, value) in found.items()}
