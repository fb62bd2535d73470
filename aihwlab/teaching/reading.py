"""A lesson as its notebook tells it: sections with their minutes, and in each of them texts, programs, questions and tasks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import nbformat

from aihwlab.lessons.assignment import Assignment
from aihwlab.teaching.needed import parsed
from aihwlab.teaching.tasks import AnyTask, imported_lessons, is_list_of_tasks, use_of_task

DETAILS = re.compile(r'<details><summary>(.*?)</summary>\s*(.*?)\s*</details>', re.DOTALL)
FENCE = re.compile(r'(^```.*?^```)', re.DOTALL | re.MULTILINE)
MINUTES = re.compile(r'^\*(\d+) minutes?\*$', re.MULTILINE)
TOTAL = re.compile(r'\*\*Time:\*\* (\d+) minutes')
QUESTION = re.compile(r'\*\*Question(?: (\d+))?\.\*\* *')
PREDICT = re.compile(r'\*\*Predict(?::?\*\*:?)? *')


@dataclass(frozen=True)
class Text:
    """A paragraph, a list, a table, a formula or a picture, in Markdown, with the pictures attached to its cell."""

    source: str
    attachments: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a notebook folds away: its headline and its text, in Markdown."""

    headline: str
    source: str

    def number(self, number: str) -> str:
        """Return the answer to a numbered question, or all of it if the answers have no numbers."""
        parts = re.split(r'^(\d+)\. +', self.source, flags=re.MULTILINE)
        numbered = dict(zip(parts[1::2], parts[2::2]))
        if not numbered:
            return self.source
        return re.sub(r'\n[ ]+', '\n', re.split(r'\n\n(?=\S)', numbered.get(number, ''))[0]).strip()


@dataclass(frozen=True)
class Program:
    """A code cell without a task: its source and its saved outputs."""

    source: str
    outputs: list

    @property
    def picture(self) -> bool:
        """Whether it shows a picture."""
        return any('image/png' in output.get('data', {}) for output in self.outputs)


@dataclass(frozen=True)
class Asked:
    """A task where the notebook shows it, with what else the cell shows: the explorer behind a prediction.

    Args:
        task: the task.
        expression: the task in the words of the notebook.
        before: whether the cell holds a picture, too, before which a prediction is asked.
        outputs: saved outputs of the cell.
    """

    task: AnyTask
    expression: str
    before: bool
    outputs: list

    @property
    def pictures(self) -> list[str]:
        """The pictures that it stands before, in HTML."""
        return [picture for output in self.outputs
                for picture in re.findall(r'<img [^>]*>', ''.join(output.get('data', {}).get('text/html', '')))]


@dataclass(frozen=True)
class Attempt:
    """The cell in which a student answers an exercise: what is checked, and what stands there at first."""

    task: Assignment
    expression: str
    arguments: str
    stub: str


Piece = Text | Answer | Program | Asked | Attempt


@dataclass(frozen=True)
class Question:
    """A question of a section, in Markdown, with its answer; the answer may be empty."""

    name: str
    text: str
    answer: str


@dataclass(eq=False)
class Section:
    """A part of a lesson; `minutes` is 0 where the notebook gives none."""

    title: str
    minutes: int = 0
    pieces: list[Piece] = field(default_factory=list)

    @property
    def tasks(self) -> list[AnyTask]:
        """Its exercises, quizzes and predictions."""
        return [piece.task for piece in self.pieces if isinstance(piece, Asked)]

    def questions(self) -> Iterator[Question]:
        """Yield its questions with their answers."""
        for index, piece in enumerate(self.pieces):
            if isinstance(piece, Text) and (found := QUESTION.match(piece.source)):
                answer = next((later for later in self.pieces[index:] if isinstance(later, Answer)), None)
                number = found[1] or ''
                yield Question(f'Question {number}'.strip(), piece.source[found.end():],
                               answer.number(number) if answer else '')


@dataclass
class Lesson:
    """A notebook.

    Args:
        name: its name, without ending.
        title: its title.
        folder: where it lies.
        sections: its opening, then its sections.
    """

    name: str
    title: str
    folder: Path
    sections: list[Section]

    @property
    def minutes(self) -> int:
        """The time of the whole lesson, as its opening states it."""
        return int(next(found[1] for piece in self.sections[0].pieces if isinstance(piece, Text)
                        for found in [TOTAL.search(piece.source)] if found))

    @property
    def opening(self) -> list[Section]:
        """What comes before the first section with minutes: what the lesson is about, and cells that install and import."""
        return self.sections[:next((number for number, section in enumerate(self.sections) if section.minutes), 1)]

    def clock(self) -> list[tuple[int, int]]:
        """Return for each section the minutes from the start of the lesson at which it begins and ends.

        The opening takes what the sections leave of the time of the lesson.
        """
        lengths = [section.minutes for section in self.sections]
        lengths[0] = self.minutes - sum(lengths)
        ends = [sum(lengths[:count + 1]) for count in range(len(lengths))]
        return [(end - length, end) for end, length in zip(ends, lengths)]


def read_lesson(path: Path) -> Lesson:
    """Return the lesson of a notebook.

    Raises:
        ValueError: for a notebook that does not start with a title, or does not state its time.
    """
    lessons: dict[str, ModuleType] = {}
    sections = [Section('')]
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == 'markdown':
            for piece in pieces_of_markdown(cell.source, cell.get('attachments', {})):
                heading = re.match(r'(#{1,2}) (.*)', piece.source)
                if heading is None:
                    sections[-1].pieces.append(piece)
                elif heading[1] == '#':
                    sections[0].title = heading[2]
                else:
                    minutes = MINUTES.search(piece.source)
                    sections.append(Section(heading[2], int(minutes[1]) if minutes else 0))
        elif cell.cell_type == 'code':
            sections[-1].pieces.extend(pieces_of_code(cell, lessons))
    lesson = Lesson(path.stem, sections[0].title, path.parent, sections)
    if not lesson.title:
        raise ValueError(f'{path} must start with a title: a line "# ..."')
    if not any(TOTAL.search(piece.source) for piece in sections[0].pieces if isinstance(piece, Text)):
        raise ValueError(f'{path} must state its time before its first section: "**Time:** 45 minutes"')
    return lesson


def pieces_of_markdown(markdown: str, attachments: dict | None = None) -> Iterator[Text | Answer]:
    """Yield the blocks of Markdown, which empty lines separate, and what is folded away."""
    parts = DETAILS.split(markdown)
    for index in range(0, len(parts), 3):
        for number, part in enumerate(FENCE.split(parts[index])):
            blocks = [part] if number % 2 else re.split(r'\n\s*\n', part)
            yield from (Text(block.strip(), attachments or {}) for block in blocks if block.strip())
        if index + 2 < len(parts):
            yield Answer(parts[index + 1], parts[index + 2])


def pieces_of_code(cell: nbformat.NotebookNode, lessons: dict[str, ModuleType]) -> Iterator[Piece]:
    """Yield what a code cell holds: a program, a task or an attempt; nothing for the list of what has been done.

    Args:
        cell: the cell.
        lessons: the modules of tasks imported so far, by their names; those that this cell imports are added.
    """
    tree = parsed(cell.source)
    lessons |= imported_lessons(tree)
    use = use_of_task(cell.source, tree, lessons)
    outputs = [output for output in cell.outputs if output.output_type != 'error']
    if use is None:
        if not is_list_of_tasks(tree, lessons):
            yield Program(cell.source.removeprefix('# NBVAL_CHECK_OUTPUT\n'), outputs)
    elif use.method == 'check' and isinstance(use.task, Assignment):
        yield Attempt(use.task, use.expression, use.arguments, use.before)
    else:
        yield Asked(use.task, use.expression, use.method == 'before', outputs)
