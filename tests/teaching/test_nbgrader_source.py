"""Assignments for nbgrader: metadata that it accepts, answers that pass their tests, and none in the students' version."""

import re

import nbformat
import pytest

from aihwlab.teaching.nbgrader_source import nbgrader_source, solved
from aihwlab.teaching.reading import Attempt

REGION = re.compile(r'^( *)### BEGIN SOLUTION\n.*?### END SOLUTION$', re.DOTALL | re.MULTILINE)


@pytest.fixture
def notebook(lesson):
    return nbformat.reads(nbgrader_source(lesson), as_version=4)


def cells_of(notebook, ending):
    return {cell.metadata.nbgrader.grade_id.removesuffix(ending): cell for cell in notebook.cells
            if 'nbgrader' in cell.metadata and cell.metadata.nbgrader.grade_id.endswith(ending)}


def attempts_of(lesson):
    return {piece.expression.rpartition('.')[2]: piece for section in lesson.sections for piece in section.pieces
            if isinstance(piece, Attempt)}


def as_students_get_it(source):
    """Return a cell as nbgrader's ClearSolutions leaves it."""
    return REGION.sub(r'\1# YOUR CODE HERE\n\1raise NotImplementedError()', source)


def test_metadata_follow_the_schema(notebook):
    nbformat.validate(notebook)
    marks = [cell.metadata.nbgrader for cell in notebook.cells if 'nbgrader' in cell.metadata]
    names = [mark.grade_id for mark in marks]
    assert len(set(names)) == len(names) and all(re.fullmatch(r'[\w-]+', name) for name in names)
    for mark in marks:
        assert mark.schema_version == 3 and mark.task is False
        assert set(mark) == {'schema_version', 'grade_id', 'grade', 'solution', 'locked', 'task'} | ({'points'} if mark.grade
                                                                                                  else set())


def test_each_exercise_has_a_text_an_answer_and_a_locked_test_that_counts(lesson, notebook):
    attempts = attempts_of(lesson)
    assert attempts
    for ending, grade, solution, locked in (('_task', False, False, True), ('_answer', False, True, False),
                                            ('_test', True, False, True)):
        cells = cells_of(notebook, ending)
        assert set(cells) == set(attempts)
        assert {(cell.metadata.nbgrader.grade, cell.metadata.nbgrader.solution, cell.metadata.nbgrader.locked)
                for cell in cells.values()} == {(grade, solution, locked)}
    for name, test in cells_of(notebook, '_test').items():
        assert f'lesson.{name}.examine({attempts[name].arguments})' in test.source and test.metadata.nbgrader.points > 0


def test_solutions_pass_and_what_students_get_does_not(lesson, notebook):
    for name, attempt in attempts_of(lesson).items():
        if attempt.arguments != attempt.task.answer:
            continue  # a challenge, for which networks are trained
        answer, test = (cells_of(notebook, ending)[name].source for ending in ('_answer', '_test'))
        variables = {}
        exec(re.search('^from aihwlab.lessons import .*', notebook.cells[1].source, re.MULTILINE)[0], variables)
        exec(f'{answer}\n{test}', variables)
        with pytest.raises((NotImplementedError, AssertionError)):
            exec(f'{as_students_get_it(answer)}\n{test}', variables)


def test_no_answer_is_left_in_the_version_of_the_students(lesson, notebook):
    for name, answer in cells_of(notebook, '_answer').items():
        task = attempts_of(lesson)[name].task
        students = '\n'.join(as_students_get_it(cell.source) for cell in notebook.cells)
        hidden = set(task.solution.splitlines()) - set(as_students_get_it(answer.source).splitlines()) - {''}
        assert hidden and not [line for line in hidden if line in students]


def test_students_keep_the_head_of_a_function_and_imports(lesson):
    for attempt in attempts_of(lesson).values():
        task = attempt.task
        left = as_students_get_it(solved(task))
        assert set(re.findall('^(?:from|import) .*', task.solution, re.MULTILINE)) <= set(left.splitlines())
        if f'def {task.answer}(' in task.solution:
            assert re.search(rf'^def {task.answer}\(.*\):\n    # YOUR CODE HERE$', left, re.MULTILINE)
        else:
            assert re.search('^# YOUR CODE HERE$', left, re.MULTILINE)
