"""The lessons as the teacher's command reads them, and what it writes, once for all tests of this folder."""

from pathlib import Path

import pytest

from aihwlab.teaching.__main__ import main
from aihwlab.teaching.reading import read_lesson

NOTEBOOKS = Path(__file__).parents[2] / 'notebooks'
NAMES = sorted(path.stem for path in NOTEBOOKS.glob('[0-9]*.ipynb'))


@pytest.fixture(scope='package')
def folder(tmp_path_factory):
    """The folder that the command has written."""
    folder = tmp_path_factory.mktemp('teaching')
    main([str(folder)])
    return folder


@pytest.fixture(scope='package', params=NAMES)
def lesson(request):
    """Each lesson."""
    return read_lesson(NOTEBOOKS / f'{request.param}.ipynb')
