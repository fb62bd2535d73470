"""Notes for teachers are about sections that exist, and each section of the course has one."""

from aihwlab.teaching.notes import NOTES
from tests.teaching.conftest import NAMES


def test_notes_are_for_the_sections_that_take_time(lesson):
    assert set(NOTES[lesson.name]) == {section.title for section in lesson.sections if section.minutes}


def test_notes_are_for_the_lessons_of_the_course():
    assert set(NOTES) == set(NAMES)
