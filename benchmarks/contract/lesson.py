"""What a task teaches."""

from dataclasses import dataclass

from .tasks import Training


@dataclass(frozen=True)
class Lesson:
    """A training out of a tutorial. A workload file may hold `LESSONS`, a tuple of these.

    Attributes:
        task: the training.
        title: a few words.
        text: what the lesson teaches, in a few sentences.
        pictures: names of functions in `lessons/pictures/`.
        timed: whether runs time the training, too, because no other task is like it.
        small: whether it is short enough for `--quick`.
        implementations: the plugin folder whose files run the lesson. A lesson that is about
            something no other training has brings its own.
    """

    task: Training
    title: str
    text: str
    pictures: tuple[str, ...]
    timed: bool = False
    small: bool = True
    implementations: str = "frameworks"
