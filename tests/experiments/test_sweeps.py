"""Sweeps: the same numbers whatever the number of processes, and after a kill at any moment."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments import sweep
from tests.experiments.measurements import analog_output, failing, product, scaled, slow, threads

pytest.importorskip('joblib', reason="joblib is not installed: pip install 'aihwlab[sweep]'")

# A process that has grown by the import of torch is replaced.
pytestmark = pytest.mark.filterwarnings('ignore:A worker stopped')

ROOT = Path(__file__).parent.parent.parent
SETTINGS = {'gain': [1, 2.5], 'offset': [0.0, 1.0]}


def numbers(rows):
    return [{name: value for name, value in row.items() if name != 'process'} for row in rows]


def kept_in(path):
    """Return the texts of tasks in a file."""
    connection = sqlite3.connect(path)
    found = [text for text, in connection.execute('SELECT task FROM outcomes ORDER BY rowid')]
    connection.close()
    return found


def test_rows_come_in_the_order_of_settings_and_seeds():
    rows = sweep(product, {'t': [3, 1]}, seeds=[1, 0], workers=2, progress=False)
    assert rows == [{'t': 3, 'seed': 1, 'value': 6}, {'t': 3, 'seed': 0, 'value': 3}, {'t': 1, 'seed': 1, 'value': 2},
                    {'t': 1, 'seed': 0, 'value': 1}]


@pytest.mark.slow
def test_the_numbers_do_not_depend_on_the_number_of_processes():
    """Neither do those of a layer with noise, trained by pulses, nor do they differ from those of a process of its own."""
    one, two = (sweep(scaled, SETTINGS, range(3), workers=workers, progress=False) for workers in (1, 2))
    assert numbers(one) == numbers(two)
    assert len({row['process'] for row in one}) == 1 and os.getpid() not in {row['process'] for row in one + two}
    steps = {'adc_steps': [30, 510]}
    one, two = (sweep(analog_output, steps, range(2), workers=workers, progress=False) for workers in (1, 2))
    assert one == two
    assert one[0]['output'] != one[1]['output'] != one[2]['output']


def test_each_process_has_one_thread():
    assert {row['threads'] for row in sweep(threads, {}, range(4), workers=2, progress=False)} == {1}


def test_what_is_kept_is_not_computed_again(tmp_path):
    store = tmp_path / 'results.sqlite'
    first = sweep(scaled, {'gain': [1]}, range(3), store, workers=1, progress=False)
    more = sweep(scaled, {'gain': [2, 1]}, range(4), store, workers=1, progress=False)
    again = sweep(scaled, {'gain': [1, 2]}, range(4), store, workers=1, progress=False)
    assert more[4:7] == first and again == more[4:] + more[:4]
    assert len(kept_in(store)) == 8
    assert json.loads(kept_in(store)[0]) == {'function': 'tests.experiments.measurements.scaled', 'parameters': {'gain': 1},
                                             'seed': 0}


def test_a_task_that_occurs_twice_is_computed_once(tmp_path):
    rows = sweep(scaled, {'gain': [1, 1]}, store=tmp_path / 'results.sqlite', workers=1, progress=False)
    assert rows[0] == rows[1] and len(kept_in(tmp_path / 'results.sqlite')) == 1


def test_errors_are_rows_and_can_be_tried_again(tmp_path):
    store, mended = tmp_path / 'results.sqlite', tmp_path / 'mended'
    grid = {'t': [1, 2, 3], 'mended': [str(mended)]}
    for number in range(3):
        with pytest.warns(UserWarning, match="2 of 3 tasks failed, the first with 'RuntimeError: no result for t = 2'"):
            rows = sweep(failing, grid, store=store, workers=1, progress=False)
        assert rows[0] == {'t': 1, 'mended': str(mended), 'seed': 0, 'value': 1}
        assert all('Traceback' in row['error'] and 'value' not in row for row in rows[1:])
        if number == 1:
            mended.touch()
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        rows = sweep(failing, grid, store=store, workers=1, progress=False, retry=True)
    assert [row['value'] for row in rows] == [1, 2, 3] and len(kept_in(store)) == 3


def test_the_bar_begins_where_the_last_one_ended(tmp_path, capfd):
    sweep(product, {'t': [1]}, range(2), tmp_path / 'results.sqlite', workers=1)
    assert 'product' in capfd.readouterr().err
    sweep(product, {'t': [1]}, range(4), tmp_path / 'results.sqlite', workers=1)
    bar = capfd.readouterr().err
    assert '2/4' in bar and '4/4' in bar and '0/4' not in bar
    sweep(product, {'t': [2]}, workers=1, progress=False)
    assert capfd.readouterr().err == ''


@pytest.mark.parametrize('arguments, message', [
    ({'grid': {'t': []}}, 'nothing to do'), ({'grid': {'x': [1]}}, 'cannot be called'),
    ({'workers': 0}, 'workers = 0'), ({'workers': 1, 'client': object()}, 'give one of them')])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        sweep(product, **{'grid': {'t': [1]}, 'progress': False, **arguments})


def test_without_joblib_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, 'joblib', None)
    with pytest.raises(ImportError, match=r"python -m pip install 'aihwlab\[sweep\]'"):
        sweep(product, {'t': [1]}, progress=False)


@pytest.mark.skipif(sys.platform == 'win32', reason='Windows has no signal that comes after a time')
def test_an_interruption_ends_the_processes():
    """As Ctrl-C does: what is computed is given up at once, and the next sweep works."""
    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    start = time.monotonic()
    signal.alarm(4)
    try:
        with pytest.raises(KeyboardInterrupt):
            sweep(slow, {'t': [1, 2]}, workers=2, progress=False)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - start < 40
    assert sweep(product, {'t': [5]}, workers=2, progress=False)[0]['value'] == 5


SCRIPT = '''
import sys, time
from aihwlab.experiments import sweep

def measure(t, seed):
    with open(sys.argv[2], 'a') as log:
        log.write(f'{t} {seed}\\n')
    time.sleep(0.15)
    return {'y': t / (seed + 3)}

rows = sweep(measure, {'t': [0.1, 0.2, 0.3]}, range(5), store=sys.argv[1], workers=2, progress=False)
print([row['y'] for row in rows])
'''


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == 'win32', reason='Windows has no groups of processes to kill')
def test_a_kill_at_any_moment_loses_nothing_that_was_kept(tmp_path):
    """It is killed again and again, with its processes, each time after one more result; the numbers are those of one go."""
    script, store, log = tmp_path / 'script.py', tmp_path / 'results.sqlite', tmp_path / 'log.txt'
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), str(store), str(log)]
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join([str(ROOT), *sys.path])}
    kept, kills = [], 0
    while True:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True)
        while process.poll() is None and (not store.exists() or len(safely_kept(store)) < len(kept) + 1 + kills):
            time.sleep(0.02)
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        before, kept, kills = kept, kept_in(store), kills + 1
        assert set(before) < set(kept)
    output, _ = process.communicate()
    assert process.returncode == 0 and kills >= 2
    assert json.loads(output) == [t / (seed + 3) for t in (0.1, 0.2, 0.3) for seed in range(5)]
    calls = log.read_text().split('\n')[:-1]
    # A result that was kept is not computed again: each kill costs what was under way in the two processes, or on its way.
    assert len(set(calls)) == 15 and len(calls) <= 15 + 4 * kills


def safely_kept(path):
    try:
        return kept_in(path)
    except sqlite3.OperationalError:  # the table is not there yet
        return []


@pytest.mark.slow
def test_a_cluster_computes_the_same_numbers(tmp_path):
    distributed = pytest.importorskip('dask.distributed', reason="dask is not installed: pip install 'aihwlab[dask]'")
    here = sweep(scaled, SETTINGS, range(2), workers=1, progress=False)
    with (distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
          distributed.Client(cluster) as client):
        there = sweep(scaled, SETTINGS, range(2), tmp_path / 'results.sqlite', client=client, progress=False)
        assert numbers(there) == numbers(here) and len({row['process'] for row in there}) == 2
        assert sweep(scaled, SETTINGS, range(2), tmp_path / 'results.sqlite', client=client, progress=False) == there
        with pytest.warns(UserWarning, match='no result for t = 2'):
            sweep(failing, {'t': [1, 2]}, client=client, progress=False)
        layer = sweep(analog_output, {'adc_steps': [30]}, range(2), client=client, progress=False)
    assert layer == sweep(analog_output, {'adc_steps': [30]}, range(2), workers=1, progress=False)
