"""Lessons of a tutorial on two normal clouds: autodiff first, then a gradient written by hand."""

from benchmarks.contract import Lesson, Training

TWO_GAUSSIANS = Training(
    name="two_gaussians",
    dataset="two_gaussians",
    model="logistic",
    optimizer="sgd",
    learning_rate=0.2,
    epochs=1001,
    start=(0.0, 0.0),
    why="A thousand full-batch steps on a thousand points: overhead against arithmetic.",
)

TWO_GAUSSIANS_CUSTOM_GRADIENT = Training(
    name="two_gaussians_custom_gradient",
    dataset="two_gaussians",
    model="logistic",
    optimizer="sgd",
    learning_rate=0.001,
    epochs=100,
    # the tutorial's random start, as it printed it
    start=(0.74683986, -0.56770204),
    why="The same data with a backward pass written by hand, and a mistake in it.",
)

# The other task is for the lesson's own implementations only, since no others have the mistake.
TASKS = (TWO_GAUSSIANS,)

LESSONS = (
    Lesson(
        task=TWO_GAUSSIANS,
        title="Logistic regression on a line",
        text="Two clouds of points at 0 and at 4. Gradient descent on the mean cross-entropy puts the "
        "boundary, where weight times x plus bias is zero, near the middle at 2, and makes the curve as "
        "steep as the overlap of the clouds allows. The initial parameters are known, so every framework "
        "has to reproduce the tutorial's digits.",
        pictures=("scatter_by_label", "loss_curve", "fitted_probability"),
        timed=True,
    ),
    Lesson(
        task=TWO_GAUSSIANS_CUSTOM_GRADIENT,
        title="A gradient written by hand, and what is wrong with it",
        text="Every framework lets you replace the backward pass of a function: jax.custom_vjp, "
        "torch.autograd.Function, tf.custom_gradient. The one written here returns p - y for each "
        "point, the derivative of the sum of the losses, while the forward pass returns their mean. The "
        "training still works, because a learning rate of 0.001 times a thousand points is a learning "
        "rate of 1. Comparing with a numerical derivative finds the missing 1/n at once.",
        pictures=("loss_curve", "decision_curve"),
        implementations="lessons.custom_gradient",
    ),
)
