"""Machine code on disk: used again, forgotten with another source, done without where none can be written; and the notice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest

import aihwlab
from aihwlab.kernel.compiled import compiling
from aihwlab.kernel.compiled.compiling import REMEMBERS_TASKS, SOURCES, Announcement, Bound, jit
from aihwlab.kernel.compiled.random import fill_normals
from aihwlab.kernel.laws.constant_step import ConstantStepPlanes

PACKAGE = Path(aihwlab.__file__).parent

keeps_code = pytest.mark.skipif(not REMEMBERS_TASKS, reason='this Numba cannot say what tasks machine code needs')


def double(x):
    return 2 * x


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Let Numba keep its machine code in an empty folder."""
    monkeypatch.setattr(numba.config, 'CACHE_DIR', str(tmp_path))
    return tmp_path


def hits(**settings):
    """Compile a function anew; return how often machine code was found on disk."""
    compiled = jit(double, **settings)
    assert compiled(2.0) == 4
    return sum(compiled.stats.cache_hits.values())


# -- machine code on disk


@keeps_code
def test_machine_code_is_found_again(folder):
    assert hits() == 0 and hits() == 1 and list(folder.rglob('*.nb?'))


@keeps_code
def test_machine_code_of_another_source_is_forgotten(folder, monkeypatch):
    hits()
    monkeypatch.setattr(compiling, 'SOURCES', SOURCES ^ 1)
    assert hits() == 0 and hits() == 1
    monkeypatch.setattr(compiling, 'SOURCES', SOURCES)
    assert hits() == 0


def test_nothing_is_kept_where_numba_cannot_say_what_tasks_code_needs(folder, monkeypatch):
    monkeypatch.setattr(compiling, 'REMEMBERS_TASKS', False)
    assert hits() == 0 and hits() == 0 and not list(folder.rglob('*.nbc'))


def test_the_version_of_the_index_names_numba_and_the_source():
    assert fill_normals._cache._cache_file._version == f'{numba.__version__} {SOURCES:08x}'


def test_the_number_of_the_source_changes_with_any_file_of_the_kernel(tmp_path):
    """A file that nothing here imports, in a folder of its own."""
    shutil.copytree(PACKAGE, tmp_path / 'aihwlab', ignore=shutil.ignore_patterns('__pycache__'))
    program = 'from aihwlab.kernel.compiled.compiling import SOURCES; print(SOURCES)'
    found = []
    for text in ('', '# a comment\n'):
        with (tmp_path / 'aihwlab' / 'kernel' / 'laws' / 'pow_step.py').open('a') as file:
            file.write(text)
        found.append(subprocess.run([sys.executable, '-c', program], capture_output=True, text=True, check=True, cwd=tmp_path,
                                    env={**os.environ, 'PYTHONPATH': str(tmp_path)}).stdout)
    assert int(found[0]) == SOURCES != int(found[1])


@pytest.mark.parametrize('settings, kept', [(dict(inner=True), False), (dict(inline=True), False),
                                            pytest.param(dict(task=True), True, marks=keeps_code)])
def test_only_what_is_called_from_elsewhere_is_kept(folder, settings, kept):
    jit(double, **settings).compile((numba.float64,))
    assert bool(list(folder.rglob('*.nb?'))) == kept


def test_without_a_place_for_machine_code_functions_are_compiled_anew(monkeypatch):
    def nowhere(function):
        raise RuntimeError('cannot cache function: no locator available')

    monkeypatch.setattr(compiling, 'MachineCode', nowhere)
    assert hits() == 0 and hits() == 0


# -- laws


class Planes(NamedTuple):
    size: Any


def widest(devices):
    return devices[0].size.max()


@keeps_code
def test_machine_code_of_the_packages_laws_is_kept_and_no_other(folder):
    size = np.array([1.0, 3.0], dtype=np.float32)
    for planes, kept in ((Planes(size), 0), (ConstantStepPlanes(size), 1), (Planes(size), 1)):
        assert jit(widest)((planes, 2.0)) == 3
        assert len(list(folder.rglob('*.nbc'))) == kept


# -- the notice


def compilation_of(function):
    """Return what Numba tells of the start of a compilation."""
    return SimpleNamespace(data={'dispatcher': SimpleNamespace(py_func=function)})


def test_compilation_is_announced_once_and_that_of_others_is_not(capsys):
    announcement = Announcement()
    announcement.on_start(compilation_of(np.linspace))
    assert capsys.readouterr().err == ''
    for function in (fill_normals.py_func, compiling.jit):
        announcement.on_start(compilation_of(function))
    error = capsys.readouterr().err
    assert error.count('\n') == 1 and error.startswith('aihwlab: compiling the kernel for this processor.')


@pytest.mark.slow
def test_who_has_to_wait_is_told_so_the_first_time_only(tmp_path):
    program = ('import numpy; from aihwlab.kernel.compiled.converters import scales\n'
               'for size in (1, 2): scales(numpy.ones((size, 1), dtype="f4"), 1.0, 1.0, True)')
    told = [subprocess.run([sys.executable, '-c', program], capture_output=True, text=True, check=True,
                           env={**os.environ, 'NUMBA_CACHE_DIR': str(tmp_path)}).stderr for _ in range(2)]
    assert told[0].count('aihwlab: compiling') == 1 and told[1] == ''


def test_the_types_of_arguments_are_found_out_once():
    shifted = Bound(jit(lambda pair, by: pair[0][0] + pair[1] + by))
    ones, first = np.ones(1, dtype=np.float32), shifted.call
    assert shifted.call((ones, 2), np.float32(0.5)) == 3.5 and shifted.call != first
    assert shifted.call((2 * ones, 3), np.float32(0.25)) == 5.25
    with pytest.raises(TypeError):
        shifted.call((np.ones(1), 2), np.float32(0.5))
