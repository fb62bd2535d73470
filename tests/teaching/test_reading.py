"""Lessons as their notebooks tell them: sections and minutes, questions with answers, and all the tasks of the module."""

import importlib

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from aihwlab.lessons import start_here
from aihwlab.teaching.reading import Answer, Asked, Attempt, Program, Text, pieces_of_markdown, read_lesson
from aihwlab.teaching.tasks import AnyTask

OPENING = '# 7 · A lesson\n\n**Time:** 20 minutes, of which the computer needs none.'


def lesson_of(tmp_path, *cells):
    path = tmp_path / '07_lesson.ipynb'
    nbformat.write(new_notebook(cells=list(cells)), path)
    return read_lesson(path)


def test_every_section_with_something_to_do_has_minutes(lesson):
    for section in lesson.sections[1:]:
        if any(isinstance(piece, (Answer, Attempt)) for piece in section.pieces) or list(section.questions()):
            assert section.minutes, section.title


def test_minutes_of_the_sections_do_not_exceed_those_of_the_lesson(lesson):
    clock = lesson.clock()
    assert clock[0][0] == 0 and clock[-1][1] == lesson.minutes
    assert all(start <= end for start, end in clock)


def test_every_numbered_question_has_an_answer(lesson):
    for section in lesson.sections:
        for question in section.questions():
            assert question.answer or question.name == 'Question', question


def test_all_tasks_of_the_module_are_asked_and_all_exercises_attempted(lesson):
    module = importlib.import_module(f'aihwlab.lessons.{lesson.name[3:]}')
    tasks = {id(task): name for name, task in vars(module).items() if isinstance(task, AnyTask)}
    pieces = [piece for section in lesson.sections for piece in section.pieces]
    assert {id(piece.task) for piece in pieces if isinstance(piece, Asked)} == set(tasks)
    attempts = {id(piece.task) for piece in pieces if isinstance(piece, Attempt)}
    assert attempts == {id(task) for task in vars(module).values() if hasattr(task, 'solution')}


def test_a_small_lesson(tmp_path):
    lesson = lesson_of(
        tmp_path, new_markdown_cell(OPENING),
        new_code_cell('%pip install x'), new_code_cell('from aihwlab.lessons import start_here as mine'),
        new_markdown_cell('Text.\n\n## Gain\n*15 minutes*\n\n**Question 3.** Why?\n\n'
                          '<details><summary>Answers</summary>\n\n2. No.\n3. Because\n   of that.\n\nThe end.\n\n</details>'),
        new_code_cell('mine.GAIN'), new_code_cell('# NBVAL_CHECK_OUTPUT\nprint(1)'),
        new_code_cell('def column_error(a, b):\n    ...\n\nmine.COLUMN_ERROR.check(column_error)'),
        new_code_cell('mine.progress()'))
    opening, gain = lesson.sections
    assert lesson.title == opening.title == '7 · A lesson' and lesson.clock() == [(0, 5), (5, 20)]
    assert [type(piece) for piece in gain.pieces] == [Text, Answer, Asked, Program, Attempt]
    question, = gain.questions()
    assert (question.name, question.text, question.answer) == ('Question 3', 'Why?', 'Because\nof that.')
    asked, program, attempt = gain.pieces[2:]
    assert asked.task is start_here.GAIN and asked.expression == 'mine.GAIN' and program.source == 'print(1)'
    assert attempt.task is start_here.COLUMN_ERROR and attempt.arguments == 'column_error'
    assert attempt.stub == 'def column_error(a, b):\n    ...'


def test_programs_in_the_text_stay_in_one_piece():
    pieces = list(pieces_of_markdown('One.\n\n```python\na\n\nb\n```\n\nTwo.'))
    assert [piece.source for piece in pieces] == ['One.', '```python\na\n\nb\n```', 'Two.']


@pytest.mark.parametrize('text, message', [('Text', 'start with a title'), ('# Title', 'must state its time')])
def test_a_notebook_that_is_no_lesson_is_refused(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        lesson_of(tmp_path, new_markdown_cell(text))
