"""The file of results: what was put is there, whoever opens it; other files are left alone."""

import sqlite3

import pytest

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.store import Store
from aihwlab.experiments.task import Outcome

GOOD, BAD = Outcome('{"value": 1}', None, 0.5), Outcome(None, 'Traceback', 0.1)


@pytest.mark.parametrize('as_path', [str, lambda path: path])
def test_what_was_put_is_there(tmp_path, as_path):
    path = as_path(tmp_path / 'results.sqlite')
    with Store(path) as store:
        assert store.get('a') is None
        store.put('a', BAD)
        store.put('a', GOOD)
        with Store(path) as other:
            assert other.get('a') == GOOD
    with Store(path) as store:
        store.put('b', BAD)
        assert (store.get('a'), store.get('b'), store.get('c')) == (GOOD, BAD, None)


def test_memory_is_forgotten():
    with Store(None) as store:
        store.put('a', GOOD)
        assert store.get('a') == GOOD
    with Store(None) as store:
        assert store.get('a') is None


def test_other_files_are_refused_and_left_alone(tmp_path):
    text, table = tmp_path / 'notes.txt', tmp_path / 'table.sqlite'
    text.write_text('no database, but a text that is long enough to be one' * 20)
    with sqlite3.connect(table) as connection:
        connection.execute('CREATE TABLE outcomes (something TEXT)')
    connection.close()
    for path in (text, table, tmp_path, tmp_path / 'no folder' / 'results.sqlite'):
        before = path.read_bytes() if path.is_file() else None
        with pytest.raises(ArgumentError, match='cannot hold the results of a sweep'):
            Store(path)
        assert before is None or path.read_bytes() == before
