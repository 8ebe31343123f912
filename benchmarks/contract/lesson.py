"""A tutorial's training, reproduced."""

from dataclasses import dataclass

from .tasks import Training


@dataclass(frozen=True)
class Lesson:
    """A tutorial's training, reproduced. A workload file may hold `LESSONS`, a tuple of these.

    Attributes:
        task: the training.
        title: heading, a few words.
        text: what the lesson teaches, in a few sentences.
        pictures: names of functions in `lessons/pictures/`.
        timed: whether runs also time it, because no other task is like it.
        implementations: the plugin folder whose files run the lesson; a folder of its own if the lesson
            is about something that no other training has.
    """

    task: Training
    title: str
    text: str
    pictures: tuple[str, ...]
    timed: bool = False
    implementations: str = "frameworks"
