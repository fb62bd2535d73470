"""The whole site, step by step."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from aihwlab.site.browser_notebook import browser_notebook, missing_imports
from aihwlab.site.course import CourseLesson, read_course
from aihwlab.site.jupyterlite import build_jupyterlite, kernel_wheels
from aihwlab.site.lock import absent, extended_lock
from aihwlab.site.pages import write_pages
from aihwlab.site.release import read_release
from aihwlab.site.sources import Source, gather
from aihwlab.site.wheels import wheel_of, wheels_from_pypi


def build_site(clone: Path, folder: Path, cache: Path, sources: Iterable[Source]) -> list[str]:
    """Write the site of a clone into a folder.

    Args:
        clone: root of the clone.
        folder: where to write; it must be empty or not exist, and appears when the site is complete.
        cache: where files of Pyodide are kept from one time to the next.
        sources: where these files come from; see `gather`.

    Returns:
        What sources could not give, a sentence each.

    Raises:
        SourceError: if no source has a file, or not the official one.
        ValueError: if the browser lacks a package that a wheel needs.
        OSError: if a wheel or JupyterLite cannot be built; with what was printed.
    """
    release, lessons = read_release(), read_course(clone / 'notebooks')
    refused = gather(release.files, cache, sources)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix='site-') as place:
        scratch = Path(place)
        site = scratch / 'site'
        ours = wheel_of(clone, scratch / 'ours')
        others = wheels_from_pypi(scratch / 'others')
        python = [wheel for wheel in others if not wheel.name.startswith('jupyterlab_widgets')]
        lock = extended_lock(release, [ours, *python, *kernel_wheels()])
        write_notebooks(lessons, absent(ours, lock), scratch / 'contents' / 'notebooks')
        shutil.copytree(clone / 'img', scratch / 'contents' / 'img', ignore=shutil.ignore_patterns('*.py', '*.svg'))
        build_jupyterlite(scratch / 'contents', [wheel for wheel in others if has_extension(wheel)], site)
        shutil.copytree(scratch / 'contents' / 'img', site / 'img')  # where notebooks look before JupyterLite finds them
        pyodide = site / 'static' / 'pyodide'
        pyodide.mkdir(parents=True)
        for path in [*(cache / name for name in release.files), ours, *python, *kernel_wheels()]:
            shutil.copyfile(path, pyodide / path.name)
        (pyodide / 'pyodide-lock.json').write_text(json.dumps(lock, indent=1), encoding='utf-8')
        write_pages(lessons, site)
        if folder.is_dir():
            folder.rmdir()
        site.rename(folder)
    return refused


def write_notebooks(lessons: list[CourseLesson], absent: set[str], folder: Path) -> None:
    """Write the notebooks of lessons as they run without some packages."""
    missing = missing_imports([lesson.notebook for lesson in lessons], absent)
    folder.mkdir(parents=True)
    for lesson in lessons:
        nbformat.write(browser_notebook(lesson, missing), folder / f'{lesson.name}.ipynb')


def has_extension(wheel: Path) -> bool:
    """Return whether a wheel brings an extension of JupyterLab."""
    return wheel.name.startswith(('anywidget', 'jupyterlab_widgets'))
