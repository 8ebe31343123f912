"""Trainings: one per model on embedded data, MNIST in batches and in full, one with many features."""

from benchmarks.contract import Training

TASKS = (
    Training(
        name="digits_adam",
        dataset="digits",
        model="softmax",
        optimizer="adam",
        # ten times Adam's usual 0.001: the set is small, and 20 epochs should be enough to learn it
        learning_rate=0.01,
        batch_size=64,
        epochs=20,
        quick_epochs=5,
        # A random start. From zero, some gradients cancel to exactly 0 in float64 and to 1e-9 in
        # float32, and Adam's first step turns the one into 0 and the other into the learning rate.
        start_scale=0.05,
        why="Ten classes in small batches: the cost of starting a step dominates.",
    ),
    Training(
        name="breast_cancer_sgd",
        dataset="breast_cancer",
        model="logistic",
        optimizer="sgd",
        learning_rate=0.1,
        # 455 examples: 14 batches of 32 and one of 7
        batch_size=32,
        epochs=50,
        start_scale=0.05,
        why="Two classes and a shorter last batch, as in most real data.",
    ),
    Training(
        name="diabetes_sgd",
        dataset="diabetes",
        model="linear",
        optimizer="sgd",
        # below 2 / largest curvature of the standardised features, which is about 2 / 8
        learning_rate=0.05,
        momentum=0.9,
        epochs=500,
        quick_epochs=100,
        start_scale=0.05,
        why="Full-batch least squares with momentum: steps so small that overhead dominates.",
    ),
    Training(
        name="mnist_adam_epoch",
        dataset="mnist",
        model="softmax",
        optimizer="adam",
        # Adam's usual rate and the batch size of many tutorials
        learning_rate=0.001,
        batch_size=100,
        epochs=1,
        start_scale=0.05,
        why="The usual first training, one epoch in shuffled batches of 100.",
    ),
    Training(
        name="mnist_full_batch_steps",
        dataset="mnist",
        model="softmax",
        optimizer="sgd",
        learning_rate=0.1,
        # 20 passes over 188 MB: long enough for memory bandwidth to matter
        epochs=20,
        start_scale=0.05,
        why="All 60,000 images in every step: the arithmetic and memory bandwidth of the machine.",
    ),
    Training(
        name="synthetic_wide",
        dataset="synthetic",
        model="softmax",
        optimizer="sgd",
        learning_rate=0.01,
        momentum=0.9,
        batch_size=512,
        epochs=2,
        start_scale=0.05,
        # 80 MB, more than the caches of a desktop processor
        options={"num_examples": 20_000, "num_features": 1_000, "num_classes": 10},
        why="1,000 features and large batches: matrix products dominate, not overhead.",
    ),
)
