"""Slides: a column for each section, questions before answers, predictions before pictures."""

import re

import pytest
from nbformat.v4 import new_output

from aihwlab.lessons import Option
from aihwlab.lessons.markup import inline
from aihwlab.lessons.prediction import Prediction
from aihwlab.teaching.offline import offline
from aihwlab.teaching.reading import Asked, Lesson, Program, Section, Text
from aihwlab.teaching.slides import slides


@pytest.fixture(scope='module')
def page(lesson):
    return slides(lesson)


def columns_of(page):
    """Return the slides of a page, column by column."""
    body = page[page.index('class="slides"'):]
    columns = re.findall(r'<section[^>]*>\s*(<section.*?</section>)\s*</section>', body, re.DOTALL)
    return [re.findall(r'<section[^>]*>(.*?)</section>', column, re.DOTALL) for column in columns]


def test_each_section_has_a_column_that_begins_with_its_title(lesson, page):
    titles = [section.title for section in lesson.sections if section.pieces]
    assert [re.search('<h2>(.*?)</h2>', column[0])[1] for column in columns_of(page)] == list(map(inline, titles))


def test_answers_come_on_a_later_slide_than_questions(lesson, page):
    parts = [part for column in columns_of(page) for part in column]
    for task in [task for section in lesson.sections for task in section.tasks if getattr(task, 'options', ())]:
        asked = next(number for number, part in enumerate(parts) if inline(task.title) in part)
        reasons = [offline(inline(option.explanation), lesson.folder) for option in task.options]
        assert min(number for number, part in enumerate(parts) if any(reason in part for reason in reasons)) > asked


def test_a_prediction_comes_before_its_picture_and_its_answer_after(lesson, page):
    for section in lesson.sections:
        for piece in section.pieces:
            if isinstance(piece, Asked) and piece.pictures:
                picture = page.index(re.search('base64,([^"]{500})', piece.pictures[0])[1])
                assert page.index(inline(piece.task.title)) < picture
                assert page.rindex(inline(piece.task.title)) > picture


def test_an_answer_waits_for_what_the_next_cell_prints(tmp_path):
    task = Prediction('Sum', 'How much is 1 + 1?', [Option('2', 'As counted.', right=True), Option('3', 'One too many.')])
    program = Program('print(1 + 1)', [new_output('stream', text='printed')])
    pieces = [Asked(task, 'lesson.SUM', False, []), Text('Look.'), program]
    page = slides(Lesson('x', 'X', tmp_path, [Section('Opening'), Section('X', 5, pieces)]))
    assert page.index('How much') < page.index('printed') < page.index('As counted.')


def test_long_tables_and_lists_are_spread_over_slides(tmp_path):
    table = '\n'.join(['| a | b |', '| --- | --- |', *(f'| row {number} | {"words " * 20} |' for number in range(40))])
    points = '\n'.join(f'- point {number} {"words " * 30}' for number in range(20))
    lesson = Lesson('x', 'X', tmp_path, [Section('X', 0, [Text(table)]), Section('Y', 0, [Text(points)])])
    table, points = columns_of(slides(lesson))
    assert all(part.count('<thead') == 1 and 1 < part.count('<tr') < 15 for part in table)
    assert sum(part.count('<tr') - 1 for part in table) == 40
    assert len(points) > 3 and sum(part.count('<li') for part in points) == 20


def test_what_is_not_shown_is_in_the_notes(tmp_path):
    texts = [Text('The lead.'), Text('A **term**.'), Text('Only said.')]
    (part,), = columns_of(slides(Lesson('x', 'X', tmp_path, [Section('X', 0, texts)])))
    shown, notes = part.split('<aside class="notes">')
    assert 'The lead.' in shown and '<strong>term</strong>' in shown and 'Only said.' in notes
