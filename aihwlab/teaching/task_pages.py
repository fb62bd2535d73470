"""Tasks in HTML, as a class sees them and as a teacher does, and what students get wrong in them."""

from string import ascii_uppercase

from aihwlab.lessons.assignment import Assignment
from aihwlab.lessons.markup import inline, prose, source
from aihwlab.lessons.prediction import Prediction
from aihwlab.lessons.quiz import Option
from aihwlab.teaching.tasks import AnyTask


def kind(task: AnyTask) -> str:
    """Return what a task is called."""
    return task.KIND if isinstance(task, Assignment) else type(task).__name__


def options_of(task: AnyTask) -> tuple[Option, ...]:
    """Return the answers to choose from; none for an exercise or a number to guess."""
    return () if isinstance(task, Assignment) else task.options


def question_of(task: AnyTask) -> str:
    """Return what a task asks, plain text with `code` and $formulas$."""
    return task.task if isinstance(task, Assignment) else task.question


def asked(task: AnyTask) -> str:
    """Return a task without its answer."""
    options = ''.join(f'<li>{inline(option.text)}</li>' for option in options_of(task))
    choice = f'<ol type="A">{options}</ol>' if options else ''
    return f'<h4>{kind(task)}: {inline(task.title)}</h4>{prose(question_of(task))}{choice}'


def answered(task: AnyTask) -> str:
    """Return a task with its answer."""
    return f'<h4>{kind(task)}: {inline(task.title)}</h4>{prose(question_of(task))}{"".join(answers(task))}'


def answers(task: AnyTask) -> list[str]:
    """Return the answer in parts: what is right and why, what is wrong and why; or hints, solution, and what is checked."""
    if isinstance(task, Assignment):
        checks = [each.statement for each in getattr(task, 'properties', ())]
        return [*_listed('Hints, from vague to clear:', task.hints), f'<p>Solution:</p>{source(task.solution)}',
                *_listed('What is checked:', checks)]
    if isinstance(task, Prediction) and task.guess is not None:
        return [_marked(True, f'{inline(task.guess.name)}: {task.guess.text(task.guess.truth)}', inline(task.explanation))]
    return [_marked(option.right, f'{letter}. {inline(option.text)}', inline(option.explanation))
            for letter, option in zip(ascii_uppercase, task.options)]


def _listed(title, items):
    return [f'<p>{title}</p><ul>{"".join(f"<li>{inline(item)}</li>" for item in items)}</ul>'] if items else []


def _marked(right, answer, reason):
    kind, mark = ('right', '&#10003;') if right else ('wrong', '&#10007;')
    return f'<p class="{kind}"><b>{mark} {answer}</b><br>{reason}</p>'


def wrong_options(task: AnyTask) -> list[str]:
    """Return what students may believe, plain text: the wrong answers to choose from."""
    return [option.text for option in options_of(task) if not option.right]
