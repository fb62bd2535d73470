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
from aihwlab.kernel.compiled.compiling import SOURCES, Announcement, jit, jit_for_laws
from aihwlab.kernel.compiled.random import fill_normals
from aihwlab.kernel.laws.constant_step import ConstantStepPlanes

PACKAGE = Path(aihwlab.__file__).parent


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


def test_machine_code_is_found_again(folder):
    assert hits() == 0 and hits() == 1 and list(folder.rglob('*.nb?'))


def test_machine_code_of_another_source_is_forgotten(folder, monkeypatch):
    hits()
    monkeypatch.setattr(compiling, 'SOURCES', SOURCES ^ 1)
    assert hits() == 0 and hits() == 1
    monkeypatch.setattr(compiling, 'SOURCES', SOURCES)
    assert hits() == 0


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


@pytest.mark.parametrize('settings', [dict(keep=False), dict(inner=True), dict(inline=True)])
def test_some_machine_code_is_not_kept(folder, settings):
    jit(double, **settings).compile((numba.float64,))
    assert not list(folder.rglob('*.nb?'))


def test_without_a_place_for_machine_code_functions_are_compiled_anew(monkeypatch):
    njit = numba.njit

    def nowhere(*arguments, cache=False, **options):
        if cache:
            raise RuntimeError('cannot cache function: no locator available')
        return njit(*arguments, **options)

    monkeypatch.setattr(numba, 'njit', nowhere)
    assert hits() == 0 and hits() == 0


# -- laws


class Planes(NamedTuple):
    size: Any


def test_machine_code_of_the_packages_laws_is_kept_and_no_other(folder):
    largest = jit_for_laws()(lambda planes, factor: factor * planes.size.max())
    size = np.array([1.0, 3.0], dtype=np.float32)
    assert largest(ConstantStepPlanes(size), 2.0) == largest(Planes(size), 2.0) == 6
    assert [signature[0].instance_class for signature in largest.kept.signatures] == [ConstantStepPlanes]
    assert [signature[0].instance_class for signature in largest.unkept.signatures] == [Planes]


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
