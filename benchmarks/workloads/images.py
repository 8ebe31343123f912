"""Lessons of a tutorial on images: softmax regression with Adam."""

from dataclasses import replace

from benchmarks.contract import Lesson, Training

MNIST_ADAM = Training(
    name="mnist_adam",
    dataset="mnist",
    model="softmax",
    optimizer="adam",
    learning_rate=0.001,
    batch_size=100,
    epochs=20,
    start_scale=0.05,
    why="Twenty epochs of the usual first training.",
)

FASHION_MNIST_ADAM = replace(
    MNIST_ADAM,
    name="fashion_mnist_adam",
    dataset="fashion_mnist",
    why="The same program on clothes: a harder problem at the same cost.",
)

TASKS = (MNIST_ADAM, FASHION_MNIST_ADAM)

LESSONS = (
    Lesson(
        task=MNIST_ADAM,
        title="Ten digits",
        text="A linear score per digit, a softmax, cross-entropy, Adam in batches of 100. That is enough "
        "for more than 92 of 100 test images, and after a few epochs further training gains little: a "
        "linear model weighs each pixel separately and sees no strokes. The bars show its "
        "probabilities, also where it is wrong.",
        pictures=("first_image", "image_grid", "image_predictions"),
    ),
    Lesson(
        task=FASHION_MNIST_ADAM,
        title="Ten garments",
        text="The same program on another data set of the same shape. Shirts, coats and pullovers share "
        "their pixels, and a linear model confuses them.",
        pictures=("first_image", "image_grid", "image_predictions"),
    ),
)
