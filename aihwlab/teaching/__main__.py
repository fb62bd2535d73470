"""`python -m aihwlab.teaching FOLDER` writes everything that a teacher needs into a folder."""

import argparse
from pathlib import Path

import aihwlab
from aihwlab.teaching.nbgrader_source import CONFIGURATION, nbgrader_source
from aihwlab.teaching.pages import rendered
from aihwlab.teaching.reading import read_lesson
from aihwlab.teaching.slides import slides
from aihwlab.teaching.teacher_edition import teacher_edition
from aihwlab.teaching.worksheet import worksheet

NOTEBOOKS = Path(aihwlab.__file__).parents[1] / 'notebooks'
"""The lessons of a clone, beside the package."""


def main(arguments: list[str] | None = None) -> None:
    """Read the arguments of the command line and write the files.

    Raises:
        SystemExit: if there are no notebooks in the folder, or with a wrong argument.
    """
    parser = argparse.ArgumentParser(prog='python -m aihwlab.teaching', description='Write what a teacher needs, made from '
                                     'the lessons: a teacher’s edition, slides, worksheets, and assignments for nbgrader.')
    parser.add_argument('folder', type=Path, help='where to write; start with its index.html')
    parser.add_argument('--notebooks', type=Path, default=NOTEBOOKS, help='folder of the lessons (default: %(default)s)')
    parser.add_argument('--reveal', help='address of a copy of reveal.js 4 or 5, relative to the slides; without it they load '
                        'reveal.js from the internet, or scroll where there is none')
    options = parser.parse_args(arguments)
    paths = sorted(options.notebooks.glob('[0-9]*.ipynb'))
    if not paths:
        parser.error(f'--notebooks {options.notebooks}: no lessons there, such as 00_start_here.ipynb; a clone has them')
    lessons = [read_lesson(path) for path in paths]
    for lesson in lessons:
        write(options.folder / 'teacher' / f'{lesson.name}.html', teacher_edition(lesson))
        write(options.folder / 'slides' / f'{lesson.name}.html', slides(lesson, options.reveal))
        write(options.folder / 'worksheets' / f'{lesson.name}.html', worksheet(lesson))
        write(options.folder / 'nbgrader' / 'source' / lesson.name / f'{lesson.name}.ipynb', nbgrader_source(lesson))
    configuration = options.folder / 'nbgrader' / 'nbgrader_config.py'
    if not configuration.exists():  # a teacher's own changes stay
        write(configuration, CONFIGURATION)
    write(options.folder / 'index.html', rendered('index.html.j2', lessons=lessons))
    print(f'{len(lessons)} lessons: open {options.folder / "index.html"}')


def write(path: Path, text: str) -> None:
    """Write a file, and the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding='utf-8')


if __name__ == '__main__':
    main()
