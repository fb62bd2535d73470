"""The teacher's edition has all answers, and says what students may believe."""

import html
import re

import pytest

from aihwlab.lessons.markup import inline
from aihwlab.teaching.notes import NOTES
from aihwlab.teaching.offline import offline
from aihwlab.teaching.pages import as_html
from aihwlab.teaching.teacher_edition import teacher_edition


def words_of(page):
    """Return the words of a page, without tags; a formula counts as nothing."""
    return ' '.join(html.unescape(re.sub(r'<(style|script)\b.*?</\1>|<[^>]*>', ' ', page, flags=re.DOTALL)).split())


@pytest.fixture(scope='module')
def words(lesson):
    return words_of(teacher_edition(lesson))


def test_all_answers_to_questions_are_there(lesson, words):
    for section in lesson.sections:
        for question in section.questions():
            assert words_of(as_html(question.answer, lesson.folder)) in words


def test_all_options_are_explained_and_all_solutions_there(lesson, words):
    for task in [task for section in lesson.sections for task in section.tasks]:
        for option in getattr(task, 'options', ()):
            assert words_of(offline(inline(option.explanation), lesson.folder)) in words
        assert ' '.join(getattr(task, 'solution', '').split()) in words


def test_nothing_is_folded_away(lesson):
    assert '<details' not in teacher_edition(lesson)


def test_minutes_and_notes_are_there(lesson, words):
    for section, (start, end) in zip(lesson.sections[1:], lesson.clock()[1:]):
        if section.minutes:
            assert f'{section.minutes} minutes , from {start} to {end}' in words
        assert NOTES.get(lesson.name, {}).get(section.title, '') in words
    assert 'What students may believe' in words
