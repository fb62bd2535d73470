"""Whole programs, as users of aihwkit write them: each runs here as it does there, with another name in the imports.

Each is a file of `programs`; where aihwkit is installed, it runs there, too.
"""

import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

NEEDED = {'device_fit': ['lmfit', 'matplotlib']}
"""What a program needs besides the package and torch."""

PROGRAMS = sorted((Path(__file__).parent / 'programs').glob('*.py'))


@pytest.mark.parametrize('package', ['aihwlab', pytest.param('aihwkit', marks=pytest.mark.peer)])
@pytest.mark.parametrize('path', PROGRAMS, ids=lambda path: path.stem)
def test_a_program_runs(path, package):
    if find_spec(package) is None:
        pytest.skip(f'{package} is not installed')
    for name in NEEDED.get(path.stem, []):
        pytest.importorskip(name)
    text = path.read_text(encoding='utf-8').replace('aihwlab', package)
    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore' if package == 'aihwkit' else 'error')
        exec(compile(text, str(path), 'exec'), {'__name__': '__main__'})
