"""Pictures by name."""

import pytest

from benchmarks import registry
from benchmarks.lessons.pictures import PICTURES


@pytest.mark.parametrize("name", registry.lessons())
def test_the_pictures_of_a_lesson_exist(name):
    assert set(registry.lessons()[name].pictures) <= set(PICTURES)


def test_every_picture_is_used_by_a_lesson():
    used = {picture for lesson in registry.lessons().values() for picture in lesson.pictures}
    assert used == set(PICTURES)


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_caption_is_a_sentence(picture):
    assert picture.caption.endswith(".")
