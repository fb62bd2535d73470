"""Tasks: each is done once, their results are there, and an error in one is an error."""

import os
import subprocess
import sys

import numpy as np
import pytest

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.tasks import call_task, for_each_task
from aihwlab.kernel.compiled.threads import share, use_threads


@jit(task=True)
def add_number(number, pair, results):
    numbers, (factor, _) = pair
    results[number] += factor * numbers[number] + number


@jit(task=True)
def scaled(numbers, factor):
    return numbers.sum() * factor, len(numbers)


@jit
def run_all(pair, results):
    for_each_task(add_number, len(results), (pair, results))


@jit
def run_one(numbers, factor):
    return call_task(scaled, (numbers, factor))


@pytest.mark.parametrize('threads', [1, 2])
def test_every_task_is_done_once_with_tuples_inside_of_tuples(threads):
    use_threads(threads)
    share(1e9)
    numbers, results = np.arange(1000.0), np.zeros(1000)
    run_all((numbers, (2.0, 'other')), results)
    use_threads(1)
    assert (results == 3 * numbers).all()


def test_no_task_at_all_is_fine():
    share(0)
    run_all((np.empty(0), (2.0, 'other')), np.empty(0))


def test_a_single_call_returns_what_the_task_returns():
    share(0)
    assert run_one(np.arange(4.0), 0.5) == (3.0, 4)


def test_an_index_out_of_range_in_a_task_is_an_error_where_indices_are_checked(tmp_path):
    program = ('import numpy as np\nfrom aihwlab.kernel.compiled.threads import share\n'
               'from tests.kernel.compiled.test_tasks import run_all\nshare(0)\n'
               'run_all((np.zeros(3), (2.0, "other")), np.zeros(4))')
    environment = {**os.environ, 'NUMBA_BOUNDSCHECK': '1', 'NUMBA_CACHE_DIR': str(tmp_path)}
    finished = subprocess.run([sys.executable, '-c', program], capture_output=True, text=True, env=environment)
    assert finished.returncode == 1 and 'IndexError: an index is out of range, in a task' in finished.stderr


def numbers_in_a_process(folder, first=''):
    """Return what a fresh process draws, and whether it has found the function that has tasks on disk."""
    program = ('import numpy as np\nfrom aihwlab.kernel.compiled.random import normals, words, fill_normals\n'
               f'from aihwlab.kernel.random import Stream\n{first}\n'
               'print(normals(Stream(1, 1), 1, 500).sum(), sum(fill_normals.stats.cache_hits.values()))')
    return subprocess.run([sys.executable, '-c', program], stdout=subprocess.PIPE, text=True, check=True,
                          env={**os.environ, 'NUMBA_CACHE_DIR': str(folder)}).stdout.split()


@pytest.mark.slow
def test_machine_code_on_disk_finds_its_tasks_whoever_has_compiled_them(tmp_path):
    """Numba gives functions names that depend on what a process has compiled before."""
    number, found = numbers_in_a_process(tmp_path)
    assert found == '0' and numbers_in_a_process(tmp_path) == [number, '1']
    for file in tmp_path.rglob('*_normals_of_task*'):
        file.unlink()
    assert numbers_in_a_process(tmp_path, 'words(Stream(1, 1), 1, 500)') == [number, '1']
    assert numbers_in_a_process(tmp_path) == [number, '1']
