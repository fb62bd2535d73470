"""Which tasks a lesson's code cells show and check: `lesson.FETCH`, `lesson.FETCH.check(energy)`."""

import ast
import importlib
from dataclasses import dataclass
from types import ModuleType

from aihwlab.lessons.assignment import Assignment
from aihwlab.lessons.prediction import Prediction
from aihwlab.lessons.quiz import Quiz

AnyTask = Assignment | Quiz | Prediction
"""A task: solved in code, asked about what has been seen, or asked before a picture."""

LESSONS = 'aihwlab.lessons'


@dataclass(frozen=True)
class Use:
    """What the last statement of a cell does with a task.

    Args:
        task: the task.
        expression: the task in the words of the notebook, such as `lesson.FETCH`.
        method: name of the method that is called, such as 'check'; empty where the task is only shown.
        arguments: what the method is called with, in the words of the notebook.
        before: the lines of the cell before that statement.
    """

    task: AnyTask
    expression: str
    method: str
    arguments: str
    before: str


def imported_lessons(cell: ast.Module) -> dict[str, ModuleType]:
    """Return the modules of tasks that a cell imports, by the names that it gives them."""
    return {alias.asname or alias.name: importlib.import_module(f'{LESSONS}.{alias.name}')
            for statement in cell.body if isinstance(statement, ast.ImportFrom) and statement.module == LESSONS
            for alias in statement.names}


def use_of_task(source: str, cell: ast.Module, lessons: dict[str, ModuleType]) -> Use | None:
    """Return what a cell does with a task of these modules, or None for a cell without one."""
    if not cell.body or not isinstance(cell.body[-1], ast.Expr):
        return None
    match cell.body[-1].value:
        case ast.Call(func=ast.Attribute(value=ast.Attribute() as node, attr=method), args=arguments):
            pass
        case ast.Attribute() as node:
            method, arguments = '', []
        case _:
            return None
    task = getattr(lessons.get(ast.unparse(node.value)), node.attr, None)
    if not isinstance(task, AnyTask):
        return None
    before = '\n'.join(source.splitlines()[:cell.body[-1].lineno - 1]).strip()
    return Use(task, ast.unparse(node), method, ', '.join(map(ast.unparse, arguments)), before)


def is_list_of_tasks(cell: ast.Module, lessons: dict[str, ModuleType]) -> bool:
    """Return whether a cell shows the list of what has been done: `lesson.progress()`."""
    match cell.body:
        case [ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr='progress')))]:
            return name in lessons
    return False
