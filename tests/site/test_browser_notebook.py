"""Notebooks as they run in a browser: whole lessons stay as they are, and in others nothing is left that cannot run."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from aihwlab.site import browser_notebook as module
from aihwlab.site.browser_notebook import browser_notebook, missing_imports
from aihwlab.site.course import CourseLesson, read_course

LESSONS = read_course(Path(__file__).parents[2] / 'notebooks')
ABSENT = ['torch', 'torchvision', 'tqdm', 'numba', 'lmfit', 'joblib']


@pytest.fixture(scope='module')
def missing():
    """What notebooks cannot import in a browser."""
    return missing_imports([lesson.notebook for lesson in LESSONS], ABSENT)


@pytest.mark.parametrize('lesson', LESSONS, ids=lambda lesson: lesson.name)
def test_whole_lessons_stay_as_they_are_and_others_keep_what_can_run(lesson, missing):
    shown = browser_notebook(lesson, missing)
    nbformat.validate(shown)
    assert (shown.cells == lesson.notebook.cells) == lesson.whole
    code = '\n'.join(cell.source for cell in shown.cells if cell.cell_type == 'code')
    assert 'import torch' not in code and 'torch.' not in code
    texts = [cell for cell in shown.cells if cell.cell_type == 'markdown' and 'Needs PyTorch' in cell.source]
    assert bool(texts) != lesson.whole
    assert all('](https://colab.research.google.com/' in cell.source for cell in texts)
    assert all(f'attachment:{name}' in cell.source for cell in texts for name in cell.get('attachments', {}))


def test_only_names_that_need_what_is_absent_are_missing(missing):
    assert ('torch', '') in missing and ('aihwlab.nn', 'AnalogLinear') in missing
    assert not {('numpy', ''), ('aihwlab.lessons', 'lenet5_training'), ('aihwlab.widgets', 'DeviceResponse')} & missing


def lesson_of(*sources):
    """Return a lesson with these code cells."""
    return CourseLesson(type('', (), {'name': '09'}), new_notebook(cells=list(map(new_code_cell, sources))), [], None, False)


def test_what_depends_on_a_missing_name_becomes_text_and_the_rest_stays():
    lesson = lesson_of('import torch\nfrom a import b, c  # of ours\n\nseed = torch.manual_seed(1)\nsix = 6',
                       'layer = b()', 'six', 'layer', 'print(seed)')
    lesson.notebook.cells[1].outputs = [new_output('stream', text='as saved\n')]
    cells = browser_notebook(lesson, {('torch', ''), ('a', 'b')}).cells
    assert [cell.cell_type for cell in cells] == ['code', 'markdown', 'code', 'markdown', 'markdown']
    assert cells[0].source == 'from a import c\n\nsix = 6'
    assert cells[1].source.endswith('```python\nlayer = b()\n```\n\n```text\nas saved\n```')


def test_a_cell_to_be_replaced_must_be_there(monkeypatch):
    monkeypatch.setattr(module, 'INSTEAD', {'09': {'gone = ': ('text', 'code')}})
    with pytest.raises(ValueError, match="09: no cell starts with 'gone = '"):
        browser_notebook(lesson_of('here = 1'), set())
