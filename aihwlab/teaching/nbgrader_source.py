"""The exercises of a lesson for nbgrader: the instructor's version, from which it makes that of the students."""

import ast
import textwrap
from collections.abc import Iterator

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from aihwlab.lessons.assignment import Assignment
from aihwlab.teaching.needed import needed
from aihwlab.teaching.reading import Attempt, Lesson, Program
from aihwlab.teaching.task_pages import kind

POINTS = 1
"""Points of an exercise; a teacher changes them in nbgrader's Formgrader or in the metadata of the cell."""

BEGIN, END = '### BEGIN SOLUTION', '### END SOLUTION'

CONFIGURATION = """c = get_config()
c.CourseDirectory.course_id = 'aihwlab'
c.ExecutePreprocessor.timeout = 600  # seconds for a cell; lesson 4 trains networks
"""
"""What nbgrader reads in the folder of the course."""

INTRODUCTION = """# {title}: exercises

Write your answer in place of `# YOUR CODE HERE` and `raise NotImplementedError()`, and run the cell. Then run the cell below:
it says nothing if your answer is right, and otherwise what is wrong. Before you hand in, restart the kernel and run all cells.
"""


def nbgrader_source(lesson: Lesson) -> str:
    """Return the instructor's version of the exercises of a lesson, a notebook in JSON; nbgrader 0.9 reads its metadata."""
    notebook = new_notebook(cells=[new_markdown_cell(INTRODUCTION.format(title=lesson.title)), *cells_of(lesson)],
                            metadata={'kernelspec': {'name': 'python3', 'display_name': 'Python 3', 'language': 'python'},
                                      'language_info': {'name': 'python'}})
    for number, cell in enumerate(notebook.cells):
        cell.id = cell.metadata.get('nbgrader', {}).get('grade_id', f'cell-{number}')
    return nbformat.writes(notebook)


def cells_of(lesson: Lesson) -> Iterator[NotebookNode]:
    """Yield the set-up, and for each exercise its text, the cell of the answer and the cell that tests it."""
    pieces = [piece for section in lesson.sections for piece in section.pieces]
    attempts = [piece for piece in pieces if isinstance(piece, Attempt)]
    programs = [test(attempt) for attempt in attempts]
    set_up = needed([piece.source for piece in pieces if isinstance(piece, Program)], programs,
                    given=[attempt.task.answer for attempt in attempts])
    set_up = [f'\n\n{statement}\n' if statement.startswith(('def ', 'class ')) else statement for statement in set_up]
    yield graded(new_code_cell('\n'.join(set_up).strip()), 'set-up', locked=True)
    for attempt, program in zip(attempts, programs):
        task, name = attempt.task, attempt.expression.rpartition('.')[2]
        yield graded(new_markdown_cell(f'## {kind(task)}: {task.title}\n\n{task.task}'), f'{name}_task', locked=True)
        yield graded(new_code_cell(solved(task)), f'{name}_answer', solution=True)
        yield graded(new_code_cell(program), f'{name}_test', grade=True, locked=True, points=POINTS)


def graded(cell: NotebookNode, grade_id: str, grade: bool = False, solution: bool = False, locked: bool = False,
           **more: float) -> NotebookNode:
    """Return a cell with the metadata of nbgrader, version 3 of its schema."""
    cell.metadata['nbgrader'] = dict(schema_version=3, grade_id=grade_id, grade=grade, solution=solution, locked=locked,
                                     task=False, **more)
    return cell


def test(attempt: Attempt) -> str:
    """Return the program that tests an answer by the checks of the lesson, and says what is wrong."""
    return f'report = {attempt.expression}.examine({attempt.arguments})\nassert report.passed, report'


def solved(task: Assignment) -> str:
    """Return the solution, with marks around what students write: the body of a function, or all but the imports."""
    lines, program = task.solution.splitlines(), ast.parse(task.solution).body
    function = next((node for node in program if isinstance(node, ast.FunctionDef) and node.name == task.answer), None)
    if function is None:
        first = next(node.lineno for node in program if not isinstance(node, (ast.Import, ast.ImportFrom))) - 1
        return '\n'.join([*lines[:first], BEGIN, *lines[first:], END])
    first, last = function.body[0].lineno - 1, function.end_lineno
    body = textwrap.indent('\n'.join([BEGIN, textwrap.dedent('\n'.join(lines[first:last])), END]), 4 * ' ')
    return '\n'.join([*lines[:first], body, *lines[last:]])
