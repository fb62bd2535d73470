"""A worksheet of one page for each lesson: predictions, questions and exercises, with room to write."""

from collections.abc import Iterator
from typing import NamedTuple

from aihwlab.lessons.assignment import Assignment
from aihwlab.lessons.markup import inline
from aihwlab.lessons.prediction import Prediction
from aihwlab.teaching.pages import rendered
from aihwlab.teaching.reading import PREDICT, QUESTION, Asked, Lesson, Section, Text
from aihwlab.teaching.task_pages import kind, options_of


class Row(NamedTuple):
    """What to fill in: its name, the question in Markdown, and answers to tick, which may be none."""

    name: str
    question: str
    options: tuple[str, ...] = ()


def worksheet(lesson: Lesson) -> str:
    """Return the worksheet of a lesson as a page in HTML, without any answer."""
    sections = [(section, list(rows(section))) for section in lesson.sections]
    return rendered('worksheet.html.j2', lesson=lesson, sections=[pair for pair in sections if pair[1]], inline=inline)


def rows(section: Section) -> Iterator[Row]:
    """Yield what to fill in for a section; quizzes are left out, since they are answered on the screen."""
    asks_before = any(isinstance(task, Prediction) for task in section.tasks)
    for piece in section.pieces:
        match piece:
            case Text(source=words):
                question, predict = QUESTION.match(words), PREDICT.search(words)
                if question:
                    yield Row(f'Question {question[1] or ""}'.strip(), words[question.end():])
                elif predict and not asks_before:
                    yield Row('Predict', words[predict.end():])
            case Asked(task=Assignment() as task):
                yield Row(kind(task), task.title, ('solved',))
            case Asked(task=Prediction() as task):
                yield Row('Predict', task.question, tuple(option.text for option in options_of(task)))
