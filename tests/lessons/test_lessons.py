"""All lessons: each exercise accepts its own solution and refuses an answer that a student may well give."""

import importlib
import pkgutil

import pytest

from aihwlab import lessons
from aihwlab.lessons import Exercise, Quiz

MODULES = [importlib.import_module(f'aihwlab.lessons.{module.name}') for module in pkgutil.iter_modules(lessons.__path__)]
EXERCISES = [pytest.param(task, id=f'{module.__name__.rpartition(".")[2]}-{name}') for module in MODULES
             for name, task in vars(module).items() if isinstance(task, Exercise)]
QUIZZES = {id(task): task for module in MODULES for task in vars(module).values() if isinstance(task, Quiz)}


@pytest.mark.parametrize('exercise', EXERCISES)
def test_solution_passes(exercise):
    report = exercise.examine(exercise.solved())
    assert report.passed, report


@pytest.mark.parametrize('exercise', EXERCISES)
@pytest.mark.parametrize('answer', [..., None, 0.123, lambda *_: 0.123], ids=['stub', 'nothing', 'number', 'function'])
def test_other_answers_do_not(exercise, answer):
    assert not exercise.examine(answer).passed


@pytest.mark.parametrize('quiz', QUIZZES.values(), ids=lambda quiz: quiz.title)
def test_every_wrong_answer_is_explained_differently(quiz):
    assert len({option.explanation for option in quiz.options}) == len(quiz.options)
