"""Lessons of a tutorial that starts from a noisy threshold and ends with full-batch MNIST."""

from benchmarks.contract import Lesson, Training

NOISY_THRESHOLD = Training(
    name="noisy_threshold",
    dataset="noisy_threshold",
    model="logistic",
    optimizer="sgd",
    learning_rate=0.01,
    batch_size=8,
    epochs=10,
    # The tutorial starts at random. This start shows the same: wrong on nearly every point at first,
    # then a change of sign.
    start=(-0.9, 0.0),
    seed=7777,
    why="One neuron that starts with the wrong sign.",
)

MNIST_FULL_BATCH = Training(
    name="mnist_full_batch",
    dataset="mnist",
    model="softmax",
    optimizer="sgd",
    learning_rate=0.1,
    epochs=60,
    # All columns equal: the same probabilities as with zeros, 1/10 each.
    start=(1.0, 0.0),
    why="Sixty steps of plain gradient descent on all of MNIST.",
)

TASKS = (NOISY_THRESHOLD, MNIST_FULL_BATCH)

LESSONS = (
    Lesson(
        task=NOISY_THRESHOLD,
        title="A neuron learns a threshold",
        text="One feature, one weight, one bias. The label says whether the feature plus some noise is "
        "above zero. The initial weight has the wrong sign, so fewer than one point in ten is right. The "
        "loss falls from the first step on, while the accuracy is constant until the weight crosses zero, "
        "and then jumps: gradients lower the loss, and accuracy only follows.",
        pictures=("scatter_by_label", "loss_curve", "before_and_after"),
    ),
    Lesson(
        task=MNIST_FULL_BATCH,
        title="Softmax regression, every image in every step",
        text="The loss starts at ln 10, because ten equal columns of weights give every digit a tenth, "
        "whatever the weights are. The tutorial clips probabilities to at least 1e-9 before taking the "
        "logarithm; computed from the scores, the loss needs no clipping and has the same value. It also "
        "builds an input pipeline (repeat, shuffle 5,000, batch 256, prefetch 1); this training does not "
        "need one, and tf_eager shows it where batches are used.",
        pictures=("loss_curve",),
    ),
)
