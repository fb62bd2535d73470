"""All lessons: each exercise accepts its own solution and refuses an answer that a student may well give."""

import importlib
import pkgutil

import pytest

from aihwlab import lessons
from aihwlab.lessons import Exercise, Quiz
from aihwlab.lessons.export import course
from aihwlab.lessons.readable import readable
from aihwlab.lessons.task import Task

MODULES = [importlib.import_module(f'aihwlab.lessons.{module.name}') for module in pkgutil.iter_modules(lessons.__path__)]
EXERCISES = [pytest.param(task, id=f'{module.__name__.rpartition(".")[2]}-{name}') for module in MODULES
             for name, task in vars(module).items() if isinstance(task, Exercise)]
FUNCTIONS = [each for each in EXERCISES if callable(each.values[0].solved())]
TASKS = {id(task): task for module in MODULES for task in vars(module).values() if isinstance(task, Task)}
QUIZZES = {id(task): task for module in MODULES for task in vars(module).values() if isinstance(task, Quiz)}


@pytest.mark.parametrize('exercise', EXERCISES)
def test_solution_passes(exercise):
    report = exercise.examine(exercise.solved())
    assert report.passed, report


@pytest.mark.parametrize('exercise', EXERCISES)
@pytest.mark.parametrize('answer', [..., None, 0.123, lambda *_: 0.123], ids=['stub', 'nothing', 'number', 'function'])
def test_other_answers_do_not(exercise, answer):
    assert not exercise.examine(answer).passed


@pytest.mark.parametrize('exercise', EXERCISES)
@pytest.mark.parametrize('answer', [None, '0.123', lambda: 0.123, lambda *_: None], ids=['nothing', 'text', 'call', 'none'])
def test_a_mistake_of_form_is_named_once(exercise, answer):
    findings = exercise.examine(answer).findings
    assert len(findings) <= 1 and all('needed' in failure or 'is called with' in failure for _, failure in findings)


@pytest.mark.parametrize('exercise', EXERCISES)
def test_an_answer_that_is_missing_is_no_mistake(exercise):
    assert not exercise.examine(...).answered and not exercise.examine(lambda *_: ...).passed


def spoiled(right):
    """Return a function of the right form that gives other numbers than the right one."""
    def wrong(*arguments):
        result = right(*arguments)
        return tuple(1.7 * part + 1e-3 for part in result) if isinstance(result, tuple) else 1.7 * result + 1e-3
    return wrong


@pytest.mark.parametrize('exercise', FUNCTIONS)
def test_a_failed_check_shows_calls_but_does_not_give_the_answer_away(exercise):
    """Numbers of four or more characters, since shorter ones are in the calls by chance."""
    failures = [failure for _, failure in exercise.examine(spoiled(exercise.solved())).findings if failure]
    assert failures and all(f'`{exercise.answer}(' in failure and ' gave ' in failure for failure in failures)
    expected = [readable(each.expected) for each in exercise.properties]
    assert not [number for number in expected if len(number) > 3 and any(f' {number}' in failure for failure in failures)]


def test_titles_of_tasks_differ_since_they_are_the_keys_of_the_file():
    names = [task.title for task in TASKS.values()]
    assert len(set(names)) == len(names) and set(course()) == set(names)


@pytest.mark.parametrize('quiz', QUIZZES.values(), ids=lambda quiz: quiz.title)
def test_every_wrong_answer_is_explained_differently(quiz):
    assert len({option.explanation for option in quiz.options}) == len(quiz.options)
