"""The pages around JupyterLite: the first page, the lessons to read, and what they need to keep the course on a computer."""

import hashlib
import json
import shutil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from aihwlab.site.addresses import COLAB
from aihwlab.site.course import CourseLesson
from aihwlab.site.explorer_pages import explorer_pages, write_explorers
from aihwlab.site.lesson_pages import TEMPLATES, lesson_page

FILES = Path(__file__).parent / 'files'
WORKER = 'service-worker.js'

JUPYTERLITE = 9
"""What a first visit loads of JupyterLite itself, MB."""


def write_pages(lessons: list[CourseLesson], folder: Path) -> None:
    """Write the pages of lessons and explorers into a site that has JupyterLite and Pyodide already."""
    (folder / 'pictures').mkdir()
    (folder / 'lessons').mkdir()
    (folder / 'download').mkdir()
    for lesson in lessons:
        (folder / 'pictures' / f'{lesson.name}.png').write_bytes(lesson.picture.png)
        (folder / 'lessons' / f'{lesson.name}.html').write_text(lesson_page(lesson), encoding='utf-8')
        shutil.copyfile(lesson.lesson.folder / f'{lesson.name}.ipynb', folder / 'download' / f'{lesson.name}.ipynb')
    python, explorers = megabytes(folder / 'static' / 'pyodide'), explorer_pages()
    write_explorers(explorers, rendered, folder / 'explorers', round(python))
    (folder / WORKER).rename(folder / f'jupyterlite-{WORKER}')
    for path in FILES.iterdir():
        shutil.copyfile(path, folder / path.name)
    first = rendered('index.html.j2', lessons=lessons, explorers=explorers, colab=COLAB,
                     first=round(python + JUPYTERLITE), all=round(megabytes(folder)))
    (folder / 'index.html').write_text(first, encoding='utf-8')
    files = sorted(path for path in folder.rglob('*') if path.is_file() and path.name != WORKER)
    sizes = [(path.relative_to(folder).as_posix(), path.stat().st_size) for path in files]
    (folder / 'sizes.json').write_text(json.dumps(sizes), encoding='utf-8')
    worker = (folder / WORKER).read_text(encoding='utf-8')
    (folder / WORKER).write_text(worker.replace('VERSION', version(files)), encoding='utf-8')


def rendered(template: str, **values: object) -> str:
    """Return a template, filled in."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(template).render(**values)


def megabytes(folder: Path) -> float:
    """Return the size of the files in a folder, MB."""
    return sum(path.stat().st_size for path in folder.rglob('*') if path.is_file()) / 1e6


def version(files: list[Path]) -> str:
    """Return a name for the contents of files, which another build of the same contents gets too."""
    contents = hashlib.sha256()
    for path in files:
        contents.update(hashlib.sha256(path.read_bytes()).digest())
    return contents.hexdigest()[:16]
