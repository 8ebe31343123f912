"""Lessons of a tutorial on straight lines: Keras, a gradient tape, and real data in batches."""

from dataclasses import replace

from benchmarks.contract import Lesson, Training

LINEAR_KERAS = Training(
    name="linear_keras",
    dataset="noisy_line",
    model="linear",
    optimizer="sgd",
    learning_rate=0.1,
    batch_size=32,
    epochs=20,
    # The tutorial starts at random; any fixed start near zero shows the same.
    start=(0.5, 0.0),
    why="A line through a hundred points, by compile and fit.",
)

LINEAR_TAPE = Training(
    name="linear_tape",
    dataset="noisy_line",
    model="linear",
    optimizer="sgd",
    learning_rate=0.1,
    epochs=20,
    start=(0.1, 0.0),
    why="Twenty steps written out: loss, gradient, update.",
)

BIRTH_LIFE_ONLINE = Training(
    name="birth_life_online",
    dataset="birth_life",
    model="linear",
    optimizer="sgd",
    learning_rate=0.001,
    batch_size=1,
    epochs=100,
    start=(0.1, 0.0),
    shuffle=False,
    why="One country per step, in the order of the file: 19,000 steps of the smallest size.",
)

BIRTH_LIFE_MINIBATCH = replace(
    BIRTH_LIFE_ONLINE,
    name="birth_life_minibatch",
    learning_rate=0.01,
    batch_size=10,
    why="The same in batches of ten and with ten times the learning rate.",
)

BIRTH_LIFE_SHUFFLED = replace(
    BIRTH_LIFE_MINIBATCH,
    name="birth_life_shuffled",
    shuffle=True,
    why="The same with a new order in every epoch.",
)

TASKS = (LINEAR_KERAS, LINEAR_TAPE, BIRTH_LIFE_ONLINE, BIRTH_LIFE_MINIBATCH, BIRTH_LIFE_SHUFFLED)

LESSONS = (
    Lesson(
        task=LINEAR_KERAS,
        title="A line with compile and fit",
        text="One dense unit, mean squared error, stochastic gradient descent in batches of 32; the last "
        "batch of an epoch has only four points. The loss that Keras prints for an epoch is the mean over "
        "its batches, weighted by their sizes, while the weights are moving. Twenty epochs bring "
        "slope and intercept near 1 and 2; how near depends on the start.",
        pictures=("loss_curve", "fitted_line"),
    ),
    Lesson(
        task=LINEAR_TAPE,
        title="The same line with the loop written out",
        text="The steps inside of fit: compute the loss under a tape, take the gradient, subtract a tenth "
        "of it. After twenty full-batch steps the loss has nearly reached the variance of the noise, "
        "0.04, although slope and intercept still move along a valley of nearly equally good lines.",
        pictures=("fitted_line", "parameter_curves"),
    ),
    Lesson(
        task=BIRTH_LIFE_ONLINE,
        title="One example at a time",
        text="Life expectancy against births per woman, one country per step in the order of the file. "
        "The first step alone has a loss above 5,000, years squared. The mean over an epoch falls to "
        "30 and then rises slightly: with a fixed order and a fixed rate, the parameters end in a small "
        "cycle instead of at the optimum.",
        pictures=("loss_curve", "fitted_line"),
    ),
    Lesson(
        task=BIRTH_LIFE_MINIBATCH,
        title="Ten examples at a time",
        text="Batches of ten take a tenth of the steps. Their gradients vary less and allow ten times "
        "the learning rate, so that the same number of epochs covers the same distance.",
        pictures=("loss_curve", "fitted_line"),
    ),
    Lesson(
        task=BIRTH_LIFE_SHUFFLED,
        title="A new order in every epoch",
        text="The epoch means now vary around their trend, because each epoch has another order; in "
        "return, no fixed order biases the parameters. The order is drawn from this suite's seed, so "
        "the curve is similar to the tutorial's and not equal to it.",
        pictures=("loss_curve", "fitted_line"),
    ),
)
