"""Worksheets ask everything and answer nothing."""

from aihwlab.lessons.markup import inline
from aihwlab.teaching.pages import as_html
from aihwlab.teaching.worksheet import worksheet


def test_all_questions_predictions_and_exercises_are_on_the_worksheet(lesson):
    page = worksheet(lesson)
    for section in lesson.sections:
        for question in section.questions():
            assert as_html(question.text, lesson.folder) in page
        assert all(inline(task.title) in page for task in section.tasks if hasattr(task, 'solution'))


def test_no_answer_is_on_the_worksheet(lesson):
    page = worksheet(lesson)
    for section in lesson.sections:
        for question in section.questions():
            assert not question.answer or as_html(question.answer, lesson.folder) not in page
        for task in section.tasks:
            assert all(inline(option.explanation) not in page for option in getattr(task, 'options', ()))
            assert not hasattr(task, 'solution') or task.solution not in page
