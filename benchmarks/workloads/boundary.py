"""Lessons of a tutorial on decision boundaries: six points, then patients."""

from benchmarks.contract import Lesson, Training

# the tutorials' random starts, as they printed them
DIABETES_WEIGHTS = (
    -0.7706480622, -0.3733540475, 0.0557632335, -0.0035837747,
    0.5898362994, -1.570279479, -0.2460894734, 0.099189721,
)  # fmt: skip
PIMA_WEIGHTS = (
    0.01076667, -0.0092454, 0.02475568, -0.01186068,
    0.01825695, 0.02119142, -0.00579244, -0.02212734,
)  # fmt: skip

SIX_POINTS = Training(
    name="six_points",
    dataset="six_points",
    model="logistic",
    optimizer="sgd",
    learning_rate=0.01,
    epochs=1001,
    start=(0.0, 0.0),
    why="Six points: overhead only.",
)

DIABETES_SCALED = Training(
    name="diabetes_scaled",
    dataset="diabetes_scaled",
    model="logistic",
    optimizer="sgd",
    learning_rate=0.01,
    epochs=1001,
    start=(DIABETES_WEIGHTS, 1.3080608845),
    why="759 patients with 8 measurements, a thousand full-batch steps.",
)

PIMA = Training(
    name="pima",
    dataset="pima",
    model="logistic",
    optimizer="sgd",
    learning_rate=0.1,
    epochs=1000,
    start=(PIMA_WEIGHTS, 0.04115738),
    why="768 patients, scaled another way, with ten times the learning rate.",
)

TASKS = (SIX_POINTS, DIABETES_SCALED, PIMA)

LESSONS = (
    Lesson(
        task=SIX_POINTS,
        title="A boundary between six points",
        text="Where the score is zero, the probability is one half: a line in the plane of two features. "
        "The points can be separated, so the loss has no minimum, and the weights would grow for ever; "
        "after a thousand steps the line classifies the held-out point correctly.",
        pictures=("decision_boundary", "loss_curve"),
    ),
    Lesson(
        task=DIABETES_SCALED,
        title="Patients",
        text="Eight measurements, and a label that is 1 for patients who are not diabetic. The "
        "learning rate is small, so that after a thousand steps 544 of 759 are classified correctly, and "
        "the loss is still falling.",
        pictures=("loss_curve",),
    ),
    Lesson(
        task=PIMA,
        title="Patients again",
        text="The same study, with every feature scaled to [0, 1]. The tutorial prints the loss every "
        "ten steps to eight digits, and every framework reproduces it to 2e-7, the rounding of a "
        "float32.",
        pictures=("loss_curve",),
    ),
)
