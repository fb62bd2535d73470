"""Google Colab: the first cell of each lesson installs the package there, and a release prepares the notebooks for it."""

import copy
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROGRAM = ROOT / '.github' / 'prepare_colab.py'
NOTEBOOKS = {path.stem: json.loads(path.read_text(encoding='utf-8')) for path in sorted((ROOT / 'notebooks').glob('*.ipynb'))}

COLAB = {'numpy': '2.1.3', 'scipy': '1.16.3', 'matplotlib': '3.10.0', 'ipywidgets': '7.7.1', 'numba': '0.61.2',
         'torch': '2.11.0'}
"""Versions in Google Colab in August 2026, with Python 3.13."""

ONLY_ELSEWHERE = {'jupyterlab'}
"""What the package asks for and Colab does not have, because it is a notebook itself."""

WHEEL = 'aihwlab-0.1.0-py3-none-any.whl'


def first_cell(notebook):
    return ''.join(next(cell['source'] for cell in notebook['cells'] if cell['cell_type'] == 'code'))


def program():
    """Return the program that prepares notebooks, as a module."""
    spec = importlib.util.spec_from_file_location('prepare_colab', PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def colab(monkeypatch, tmp_path):
    """An empty working folder, and a stand-in for the package that only Colab has."""
    monkeypatch.setitem(sys.modules, 'google', ModuleType('google'))
    monkeypatch.setitem(sys.modules, 'google.colab', ModuleType('google.colab'))
    sys.modules['google'].colab = sys.modules['google.colab']
    monkeypatch.chdir(tmp_path)
    return tmp_path


def installed_by(cell):
    """Run a cell as IPython does; return what it hands to pip, with names in braces replaced as IPython does."""
    lines, variables = [], {}

    def run_line_magic(name, line):
        lines.append((name, line.format(**variables)))

    variables['get_ipython'] = lambda: SimpleNamespace(run_line_magic=run_line_magic)
    exec(TransformerManager().transform_cell(cell), variables)
    return lines


@pytest.fixture
def cell():
    return first_cell(NOTEBOOKS['00_start_here'])


def test_the_first_cell_is_the_same_in_all_notebooks_and_short(cell):
    assert {first_cell(notebook) for notebook in NOTEBOOKS.values()} == {cell}
    assert len(cell.splitlines()) <= 12 and cell.startswith("SOURCE = ''  #")


def test_elsewhere_nothing_is_installed(cell, monkeypatch):
    monkeypatch.setitem(sys.modules, 'google.colab', None)
    assert installed_by(cell) == []


def test_without_a_source_a_sentence_says_what_to_do(cell, colab):
    with pytest.raises(AssertionError, match=r'^Open this lesson by its badge .* upload aihwlab-\*\.whl .* run this again\.$'):
        installed_by(cell)


def test_what_a_release_names_is_installed(cell, colab):
    for source in ('aihwlab', 'git+https://github.com/aihwlab/aihwlab@v0.1.0'):
        stamped = cell.replace("SOURCE = ''", f"SOURCE = '{source}'")
        assert installed_by(stamped) == [('pip', f'install -q --no-deps --force-reinstall "{source}"')]


def test_the_newest_wheel_that_was_uploaded_wins(cell, colab):
    for age, name in enumerate(['aihwlab-0.2.0-py3-none-any.whl', WHEEL, 'aihwlab-0.10.0-py3-none-any.whl']):
        (colab / name).touch()
        os.utime(colab / name, (1e9 - age, 1e9 - age))
    stamped = cell.replace("SOURCE = ''", "SOURCE = 'aihwlab'")
    assert installed_by(stamped) == [('pip', 'install -q --no-deps --force-reinstall "aihwlab-0.2.0-py3-none-any.whl"')]


def test_a_release_names_itself_in_the_first_cell(cell, colab):
    notebook = copy.deepcopy(NOTEBOOKS['00_start_here'])
    program().prepare(notebook, 'owner/name', 'v1.2.3')
    assert installed_by(first_cell(notebook)) == [
        ('pip', 'install -q --no-deps --force-reinstall "git+https://github.com/owner/name@v1.2.3"')]
    assert first_cell(notebook).partition('  #')[2] == cell.partition('  #')[2]
    program().prepare(notebook, 'owner/name', 'v1.2.3', 'aihwlab==1.2.3')
    assert first_cell(notebook).startswith("SOURCE = 'aihwlab==1.2.3'  #")


@pytest.mark.parametrize('name', NOTEBOOKS)
def test_pictures_and_links_of_a_release_are_found_on_the_web(name):
    before, after = NOTEBOOKS[name], copy.deepcopy(NOTEBOOKS[name])
    program().prepare(after, 'owner/name', 'v1.2.3')
    text = '\n'.join(''.join(cell['source']) for cell in after['cells'] if cell['cell_type'] == 'markdown')
    assert not re.search(r'(src="|\]\()(\.\.|\d\d_)', text)
    for address in re.findall(r'https://raw\.githubusercontent\.com/owner/name/v1\.2\.3/([^")]*)', text):
        assert (ROOT / address).is_file()
    for address in re.findall(r'https://colab\.research\.google\.com/github/owner/name/blob/colab/([^")]*)', text):
        assert (ROOT / address).is_file()
    assert len(after['cells']) == len(before['cells'])
    assert [cell for cell in after['cells'] if cell['cell_type'] == 'code'][1:] == [
        cell for cell in before['cells'] if cell['cell_type'] == 'code'][1:]


def test_a_notebook_with_another_first_cell_is_refused():
    with pytest.raises(ValueError, match='must begin with SOURCE'):
        program().prepare({'cells': [{'cell_type': 'code', 'source': ['import numpy\n']}]}, 'owner/name', 'v1.2.3')


def test_a_prepared_notebook_stays_the_same_when_it_is_prepared_again():
    once = copy.deepcopy(NOTEBOOKS['00_start_here'])
    program().prepare(once, 'owner/name', 'v1.2.3')
    twice = copy.deepcopy(once)
    program().prepare(twice, 'owner/name', 'v1.2.3')
    assert once == twice != NOTEBOOKS['00_start_here']


def test_the_command_prepares_the_notebooks_of_its_clone(tmp_path):
    for name in ('.github/prepare_colab.py', 'notebooks/00_start_here.ipynb', 'pyproject.toml'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run([sys.executable, tmp_path / '.github' / 'prepare_colab.py', 'v0.1.0'], check=True)
    text = (tmp_path / 'notebooks' / '00_start_here.ipynb').read_text(encoding='utf-8')
    assert 'git+https://github.com/aihwlab/aihwlab@v0.1.0' in text
    assert 'https://raw.githubusercontent.com/aihwlab/aihwlab/v0.1.0/img/memory_and_processor.png' in text
    changed = sum(old != new for old, new in zip(
        (ROOT / 'notebooks' / '00_start_here.ipynb').read_text(encoding='utf-8').splitlines(), text.splitlines()))
    assert 2 <= changed <= 20


def test_the_package_works_with_the_versions_that_colab_has():
    needed = [requirement for requirement in map(Requirement, requires('aihwlab'))
              if requirement.marker is None or requirement.marker.evaluate({'extra': ''})]
    assert {requirement.name for requirement in needed} <= {*COLAB, *ONLY_ELSEWHERE, 'torchvision', 'tqdm'}
    assert not [str(requirement) for requirement in needed
                if requirement.name in COLAB and COLAB[requirement.name] not in requirement.specifier]
