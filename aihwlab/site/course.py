"""What the pages of the site say of a lesson, taken from its notebook."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from aihwlab.teaching.pages import as_html, as_image
from aihwlab.teaching.reading import Lesson, Text, read_lesson

WHOLE = '00', '01', '02', '03'
"""Numbers of the lessons that run in a browser from the first cell to the last; the others need PyTorch in some cells."""

IMAGE = re.compile(r'<img [^>]*?src="data:image/png;base64,(?P<data>[^"]*)"[^>]*>')
ALTERNATIVE = re.compile(r'\balt="([^"]*)"')


@dataclass(frozen=True)
class Picture:
    """A picture of an explorer.

    Attributes:
        png: the file.
        alternative: what it shows, in words, as HTML has it.
    """

    png: bytes
    alternative: str


@dataclass(frozen=True)
class CourseLesson:
    """A lesson of the site.

    Attributes:
        lesson: the lesson as its notebook tells it.
        notebook: the notebook.
        goals: what students can do at the end, in HTML.
        picture: of the pictures in it, the one that shows most.
        whole: whether all of its cells run in a browser.
    """

    lesson: Lesson
    notebook: NotebookNode
    goals: list[str]
    picture: Picture
    whole: bool

    @property
    def name(self) -> str:
        """Name of the notebook, without ending."""
        return self.lesson.name


def read_course(notebooks: Path) -> list[CourseLesson]:
    """Return the lessons in a folder.

    Raises:
        ValueError: for a notebook without title, time, goals or picture.
    """
    return [read(path) for path in sorted(notebooks.glob('[0-9]*.ipynb'))]


def read(path: Path) -> CourseLesson:
    """Return one lesson."""
    lesson, notebook = read_lesson(path), nbformat.read(path, as_version=4)
    goals = [as_html(goal, path.parent) for goal in goals_of(lesson)]
    shown = (each for cell in notebook.cells for each in pictures_of(cell))
    picture = max(shown, key=lambda each: len(each.png), default=None)
    if not goals or picture is None:
        raise ValueError(f'{path} must list what students can do by its end, and show a picture')
    return CourseLesson(lesson, notebook, goals, picture, path.name.startswith(WHOLE))


def goals_of(lesson: Lesson) -> list[str]:
    """Return the goals of a lesson, in Markdown: the list behind "By the end of ..."."""
    texts = [piece.source for piece in lesson.sections[0].pieces if isinstance(piece, Text)]
    before = next((number for number, source in enumerate(texts) if source.startswith('**By the end of')), None)
    if before is None:
        return []
    listed = re.split(r'^\d+\. ', texts[before + 1], flags=re.MULTILINE)[1:]
    return [' '.join(goal.split()).rstrip(';.') for goal in listed]


def pictures_of(cell: NotebookNode) -> Iterator[Picture]:
    """Yield the pictures that a cell has made."""
    for output in cell.get('outputs', []):
        data = output.get('data', {})
        shown = as_image(output) if 'image/png' in data else ''.join(data.get('text/html', ''))
        for found in IMAGE.finditer(shown):
            alternative = ALTERNATIVE.search(found[0])
            yield Picture(base64.b64decode(found['data']), alternative[1] if alternative else '')


def installs(cell: NotebookNode) -> bool:
    """Return whether a cell does nothing but install the package somewhere else."""
    return cell.cell_type == 'code' and cell.source.startswith("SOURCE = '")
