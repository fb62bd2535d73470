"""Slides of a lesson: a column for each section, and in the speaker's notes what is not shown.

On a slide stands what a class should look at: questions, pictures, formulas, tables, results, and paragraphs with a term in
bold. A prediction comes before its picture, and an answer after its question, on slides of their own. The rest of the text is
for the speaker.
"""

import math
import re
from itertools import accumulate

from nbformat import NotebookNode

from aihwlab.lessons.assignment import Assignment
from aihwlab.lessons.markup import inline, prose, source
from aihwlab.lessons.prediction import Prediction
from aihwlab.teaching.pages import as_html, as_image, html, slide_show, text
from aihwlab.teaching.reading import PREDICT, QUESTION, Answer, Asked, Lesson, Piece, Program, Text, pieces_of_markdown
from aihwlab.teaching.task_pages import answered, answers, asked, kind, options_of, question_of
from aihwlab.teaching.tasks import AnyTask

LINES = 15.5
"""Lines of text that a slide has room for, under its heading."""

LINE = 36
"""Height that a picture gets for a line of text, pixels of a slide of 1280 x 720."""

WIDTH, ITEM, TABLE, CODE = 78, 70, 106, 116
"""Characters in a line of text, in a line of a list, in a row of a table, and in a line of code."""

SMALL = 0.58
"""Height of a line of code or of what a program prints, in lines of text."""

SHORT = 16
"""Lines of the longest program whose code is shown; of longer ones, only the results are."""

PICTURE = 8
"""Lines of text that a picture needs at least; it takes all the room there is."""

ASIDE = re.compile(r'\*\*Time:|\*How to')
"""What the opening of a lesson says to a single reader."""


class Deck:
    """Slides that are filled from top to bottom: what does not fit starts the next one.

    Attributes:
        cells: what nbconvert is to export.
        heading: of the slide.
        room: lines of text for which there is room on the slide.
        later: a prediction whose answer waits for the picture.
    """

    def __init__(self, lesson: Lesson) -> None:
        self.folder = lesson.folder
        self.cells: list[NotebookNode] = []
        self.notes: list[str] = []
        self.heading, self.room = lesson.title, 0.0
        self.later: AnyTask | None = None

    def start(self, heading: str, kind: str = 'subslide') -> None:
        """Begin a slide, below the last one or, as a 'slide', in a column of its own."""
        self.end()
        self.heading, self.room = heading, LINES
        self._add(html(f'<h2>{inline(heading)}</h2>', self.folder), kind)

    def show(self, cell: NotebookNode, lines: float) -> None:
        """Put a block of so many lines on the slide, or on the next one if there is no room."""
        if lines > self.room < LINES:
            self.start(self.heading)
        self._add(cell, '-')
        self.room -= lines

    def show_picture(self, picture: str) -> None:
        """Put a picture, in HTML, on the slide or on the next one; it takes all the room that is left."""
        if self.room < PICTURE:
            self.start(self.heading)
        self._add(html(f'<div class="picture" style="--room: {LINE * self.room:.0f}px">{picture}</div>', self.folder), '-')
        self.room = 0

    def say(self, words: str) -> None:
        """Add HTML to the notes of the slide."""
        self.notes.append(words)

    def end(self) -> None:
        """End the slide with its notes: one block, since reveal.js shows the first one only."""
        if self.notes:
            self._add(html(''.join(self.notes), self.folder), 'notes')
            self.notes = []

    def _add(self, cell, kind):
        cell.metadata['slideshow'] = {'slide_type': kind}
        self.cells.append(cell)


def slides(lesson: Lesson, reveal: str | None = None) -> str:
    """Return the slides of a lesson as a page in HTML.

    Args:
        lesson: as `read_lesson` returns it.
        reveal: address of a copy of reveal.js, as for nbconvert; None for the one that nbconvert takes from the internet.
            If it cannot be had, the slides stand one below the other, each as large as the window.
    """
    deck = Deck(lesson)
    for section in filter(lambda section: section.pieces, lesson.sections):
        deck.start(section.title, 'slide')
        if section.minutes:
            deck.say(prose(f'{section.minutes} minutes'))
        for piece in section.pieces:
            put(piece, deck, opening=section in lesson.opening)
        settle(deck)
    deck.end()
    return slide_show(deck.cells, lesson.title, reveal)


def put(piece: Piece, deck: Deck, opening: bool) -> None:
    """Put one piece of a section on the slides or into their notes."""
    match piece:
        case Text():
            put_text(piece, deck)
        case Answer():
            heading = deck.heading
            deck.start(piece.headline)
            put_items(piece.source, deck)
            deck.heading, deck.room = heading, 0
        case Program() if not opening:
            put_program(piece, deck)
            if piece.outputs:
                settle(deck)
        case Asked():
            put_task(piece, deck)


def put_text(piece: Text, deck: Deck) -> None:
    """Show a text that is meant for the eyes; leave other texts to the speaker."""
    words = piece.source
    if words.startswith('#'):
        deck.start(words.lstrip('# '))
    elif '<img' in words or words.startswith('!['):
        deck.show_picture(as_html(words, deck.folder))
    elif words.startswith('|'):
        put_table(words, deck)
    elif re.match(r'[-*] |\d+\. ', words):
        put_items(words, deck)
    elif PREDICT.search(words):
        deck.show(text(words, deck.folder), height(words))
        deck.room = 0
    elif ASIDE.match(words) or not (QUESTION.match(words) or words.startswith('$$') or '**' in words or deck.room == LINES):
        deck.say(as_html(words, deck.folder))
    else:
        deck.show(text(words, deck.folder), height(words))


def put_items(words: str, deck: Deck) -> None:
    """Show a list, on as many slides as it takes."""
    for item in re.split(r'\n(?=[-*] |\d+\. )', words):
        deck.show(text(item, deck.folder), height(item, ITEM))


def put_table(words: str, deck: Deck) -> None:
    """Show a table, on as many slides as it takes, each with the head of the table."""
    head, rule, *rows = words.splitlines()
    lines = heights_of_rows([head, *rows])
    while rows:
        if deck.room < lines[0] + lines[1]:
            deck.start(deck.heading)
        count = max(1, sum(total <= deck.room for total in accumulate(lines)) - 1)
        deck.show(text('\n'.join([head, rule, *rows[:count]]), deck.folder), sum(lines[:count + 1]))
        rows, lines = rows[count:], [lines[0], *lines[count + 1:]]


def put_program(piece: Program, deck: Deck) -> None:
    """Show the results of a program, and its code if it prints them, is short and leaves room for them."""
    printed = ''.join(output.get('text', '') for output in piece.outputs)
    code = piece.source if piece.source.count('\n') < SHORT and not piece.picture else ''
    if height_of_code(code) + height_of_code(printed) > LINES:
        code = ''
    if printed:
        deck.show(html(''.join(source(each) for each in (code, printed) if each), deck.folder),
                  height_of_code(code) + height_of_code(printed))
    for output in piece.outputs:
        data = output.get('data', {})
        if 'image/png' in data:
            deck.show_picture(as_image(output))
        for block in pieces_of_markdown(data.get('text/markdown', '')):
            put(block, deck, opening=False)


def put_task(piece: Asked, deck: Deck) -> None:
    """Show a task; its answer follows on the next slide, that of a prediction after the picture, a solution in the notes."""
    settle(deck)
    task = piece.task
    deck.show(html(asked(task), deck.folder), height(question_of(task)) + 2 + len(options_of(task)))
    for picture in piece.pictures:
        deck.room = 0
        deck.show_picture(picture)
    if isinstance(task, Assignment):
        deck.say(answered(task))
    else:
        deck.later = task
        deck.room = 0
    if piece.before or not isinstance(task, Prediction):
        settle(deck)


def settle(deck: Deck) -> None:
    """Show the answer that has been waiting, if there is one."""
    if deck.later is None:
        return
    task, deck.later = deck.later, None
    deck.start(deck.heading)
    deck.show(html(f'<h4>{kind(task)}: {inline(task.title)}</h4>', deck.folder), 1.5)
    for part in answers(task):
        lines = [re.sub(r'<[^>]*>', '', line) for line in part.split('<br>')]
        deck.show(html(part, deck.folder), sum(height(line) - 0.5 for line in lines) + 0.5)
    deck.room = 0


def height(words: str, width: int = WIDTH) -> float:
    """Return about how many lines of text a paragraph, an item or a formula takes, with the space below it."""
    return 3 if words.startswith('$$') else math.ceil(len(' '.join(words.split())) / width) + 0.5


def heights_of_rows(rows: list[str]) -> list[float]:
    """Return about how many lines of text each row of a table takes.

    As in a browser, each column has room for its longest word, and the rest is shared out by what else the columns hold.
    """
    cells = [[[line.split() for line in cell.split('<br>')] for cell in row.strip('|').split('|')] for row in rows]
    words = [max(len(word) for cell in column for line in cell for word in ['', *line]) + 2 for column in zip(*cells)]
    lines = [max(len(' '.join(line)) for cell in column for line in cell) + 2 for column in zip(*cells)]
    spare = max(0, TABLE - sum(words)) / max(1, sum(lines) - sum(words))
    widths = [word + spare * (line - word) for word, line in zip(words, lines)]
    return [0.4 + 0.75 * max(sum(math.ceil(len(' '.join(line)) / (0.8 * width)) for line in cell)
                             for cell, width in zip(row, widths)) for row in cells]


def height_of_code(code: str) -> float:
    """Return about how many lines of text a program, or what it prints, takes."""
    return sum(math.ceil(max(1, len(line)) / CODE) for line in code.splitlines()) * SMALL + bool(code)
