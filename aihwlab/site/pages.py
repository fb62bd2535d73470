"""The pages around JupyterLite: the first page, the lessons to read, and what they need to keep the course on a computer."""

import hashlib
import json
import shutil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from aihwlab.site.course import CourseLesson
from aihwlab.site.lesson_pages import TEMPLATES, lesson_page

FILES = Path(__file__).parent / 'files'
WORKER = 'service-worker.js'

JUPYTERLITE = 9
"""What a first visit loads of JupyterLite itself, MB."""


def write_pages(lessons: list[CourseLesson], folder: Path) -> None:
    """Write the pages of lessons into a site that has JupyterLite and Pyodide already."""
    (folder / 'pictures').mkdir()
    (folder / 'lessons').mkdir()
    for lesson in lessons:
        (folder / 'pictures' / f'{lesson.name}.png').write_bytes(lesson.picture.png)
        (folder / 'lessons' / f'{lesson.name}.html').write_text(lesson_page(lesson), encoding='utf-8')
    (folder / WORKER).rename(folder / f'jupyterlite-{WORKER}')
    for path in FILES.iterdir():
        shutil.copyfile(path, folder / path.name)
    (folder / 'index.html').write_text(first_page(lessons, folder), encoding='utf-8')
    files = sorted(path for path in folder.rglob('*') if path.is_file() and path.name != WORKER)
    sizes = [(path.relative_to(folder).as_posix(), path.stat().st_size) for path in files]
    (folder / 'sizes.json').write_text(json.dumps(sizes), encoding='utf-8')
    worker = (folder / WORKER).read_text(encoding='utf-8')
    (folder / WORKER).write_text(worker.replace('VERSION', version(files)), encoding='utf-8')


def first_page(lessons: list[CourseLesson], folder: Path) -> str:
    """Return the first page."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    python, everything = (sum(path.stat().st_size for path in place.rglob('*') if path.is_file()) / 1e6
                          for place in (folder / 'static' / 'pyodide', folder))
    return environment.get_template('index.html.j2').render(lessons=lessons, first=round(python + JUPYTERLITE),
                                                            all=round(everything))


def version(files: list[Path]) -> str:
    """Return a name for the contents of files, which another build of the same contents gets too."""
    contents = hashlib.sha256()
    for path in files:
        contents.update(hashlib.sha256(path.read_bytes()).digest())
    return contents.hexdigest()[:16]
