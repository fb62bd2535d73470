"""The file of answers: written only by answers, merged, replaced in one step, and never the end of a lesson."""

import json
import os
import subprocess
import sys

import pytest

from aihwlab.lessons import record
from aihwlab.lessons.record import NAME, Record, beside_the_notebook
from aihwlab.lessons.task import Task


@pytest.fixture
def file(tmp_path):
    return tmp_path / NAME


def entry(answer):
    return dict(kind='quiz', attempts=1, answer=answer)


def test_nothing_is_written_before_there_is_an_answer(file):
    assert Record(file).entry('Drift') == {} and not file.exists()


def test_what_is_put_is_read_by_others(file):
    Record(file).put('Drift', entry('µ'))
    assert Record(file).entry('Drift') == entry('µ') and Record(file).entry('Ohm') == {}
    assert json.loads(file.read_text(encoding='utf-8')) == {'format': 1, 'tasks': {'Drift': entry('µ')}}
    assert os.listdir(file.parent) == [NAME]


def test_two_notebooks_do_not_lose_each_others_entries(file):
    first, second = Record(file), Record(file)
    first.put('Drift', entry('A'))
    second.put('Ohm', entry('B'))
    first.put('Gain', entry('C'))
    assert [Record(file).entry(title)['answer'] for title in ('Drift', 'Ohm', 'Gain')] == ['A', 'B', 'C']


@pytest.mark.parametrize('content', [
    b'{"format": 1, "tasks": {"Drift"', b'\xff\xfe', b'', b'[]', b'{"format": 2, "tasks": {}}', b'{"format": 1}',
    b'{"format": 1, "tasks": {"Drift": 3}}', b'{"format": 1, "tasks": {"Drift": {"attempts": "two"}}}', b'[' * 100_000])
def test_a_damaged_file_is_set_aside_with_one_sentence(file, content, capsys):
    file.write_bytes(content)
    kept = Record(file)
    assert kept.entry('Drift') == {} and kept.entry('Ohm') == {}
    aside = file.with_name('aihwlab_progress.damaged.json')
    assert not file.exists() and aside.read_bytes() == content
    assert aside.name in kept.note and capsys.readouterr().out.count('\n') == 1
    kept.put('Drift', entry('A'))
    assert Record(file).entry('Drift') == entry('A')


def test_an_older_damaged_file_is_not_overwritten(file):
    for content in ('first', 'second', 'third'):
        file.write_text(content)
        Record(file).entry('Drift')
    names = 'aihwlab_progress.damaged.json', 'aihwlab_progress.damaged2.json', 'aihwlab_progress.damaged3.json'
    assert [file.with_name(name).read_text() for name in names] == ['first', 'second', 'third']


@pytest.mark.parametrize('error', [PermissionError(13, 'Permission denied'), OSError(28, 'No space left on device')])
def test_a_folder_that_cannot_be_written_is_done_without(file, error, capsys, monkeypatch):
    def refuse(*_):
        raise error
    monkeypatch.setattr(os, 'replace', refuse)
    kept = Record(file)
    kept.put('Drift', entry('A'))
    kept.put('Drift', entry('B'))
    assert error.strerror in kept.note and 'until the kernel is restarted' in kept.note
    assert capsys.readouterr().out == f'{kept.note}\n' and not os.listdir(file.parent)


def test_a_file_that_cannot_be_read_is_left_alone(file, capsys):
    file.mkdir()
    kept = Record(file)
    assert kept.entry('Drift') == {} and 'cannot be read' in kept.note
    kept.put('Drift', entry('A'))
    kept.remove()
    assert file.is_dir() and 'cannot be removed' in kept.note


def test_removing_is_complete_and_may_be_repeated(file):
    kept = Record(file)
    kept.put('Drift', entry('A'))
    kept.remove()
    kept.remove()
    assert not os.listdir(file.parent) and kept.note == ''


def test_without_a_kernel_there_is_no_file(tmp_path):
    assert beside_the_notebook() is None and record.RECORD.path is None
    program = 'from aihwlab.lessons import start_here; start_here.REMEDY.answer("Dividing the result by 0.9")'
    subprocess.run([sys.executable, '-c', program], check=True, cwd=tmp_path)
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize('server, kept', [('', True), ('voila/0.5.8', False)])
def test_a_kernel_keeps_answers_in_its_folder_but_not_behind_voila(server, kept, tmp_path, monkeypatch):
    class Shell:
        kernel = object()
    monkeypatch.setattr(record, 'get_ipython', Shell)
    monkeypatch.setenv('SERVER_SOFTWARE', server)
    monkeypatch.chdir(tmp_path)
    assert beside_the_notebook() == (tmp_path / NAME if kept else None)


@pytest.mark.slow
def test_running_the_cells_of_a_notebook_leaves_no_file_and_an_answer_does(tmp_path):
    """In a kernel, as nbconvert and nbval use it: a stub is no answer, a number is."""
    nbformat, client = pytest.importorskip('nbformat.v4'), pytest.importorskip('nbclient')
    cells = ['from aihwlab.lessons import von_neumann_bottleneck as lesson\nlesson.FETCH', 'lesson.PEAK', 'lesson.progress()',
             'energy = ...\n\nlesson.FETCH.check(energy)']
    notebook = nbformat.new_notebook(cells=[nbformat.new_code_cell(cell) for cell in cells])
    client.execute(notebook, cwd=str(tmp_path))
    untouched = [cell.outputs[0].data for cell in notebook.cells]
    assert not os.listdir(tmp_path)
    notebook.cells[3].source = 'energy = 1.0\n\nlesson.FETCH.check(energy)'
    client.execute(notebook, cwd=str(tmp_path))
    assert os.listdir(tmp_path) == [NAME] and 'too large' in notebook.cells[3].outputs[0].data['text/html']
    notebook.cells[3].source = 'energy = lesson.FETCH.solved()\n\nlesson.FETCH.check(energy)'
    client.execute(notebook, cwd=str(tmp_path))
    kept = json.loads((tmp_path / NAME).read_text(encoding='utf-8'))['tasks']['Fetching a matrix']
    assert kept['answer'] == '4.26e-05' and kept['attempts'] == 2 and kept['done']
    client.execute(notebook, cwd=str(tmp_path))
    shown = [cell.outputs[0].data for cell in notebook.cells]
    for page in 'text/html', 'text/plain':  # what is saved is the same for all
        assert [data[page] for data in shown[:3]] == [data[page] for data in untouched[:3]]


class Vote(Task):
    """A kind of task of somebody else."""


def test_a_task_of_any_kind_keeps_its_answer(file, monkeypatch):
    monkeypatch.setattr(record, 'RECORD', Record(file))
    Vote('Which device?').keep('ReRAM')
    again = Vote('Which device?')
    assert again.given == 'ReRAM' and not again.done
    again.finish('PCM')
    restored = Vote('Which device?')
    assert restored.given == 'PCM' and restored.done and restored.entry['kind'] == 'vote'
    assert restored.entry['attempts'] == 2 and restored.entry['first'] <= restored.entry['done'] == restored.entry['last']
    assert restored.entry['done'].endswith('+00:00')


def test_finishing_without_an_answer_is_not_kept(file, monkeypatch):
    monkeypatch.setattr(record, 'RECORD', Record(file))
    task = Vote('Which device?')
    task.finish()
    assert task.done and task.given is None and not file.exists()


def test_the_same_answer_again_is_no_further_attempt(file, monkeypatch):
    monkeypatch.setattr(record, 'RECORD', Record(file))
    task = Vote('Which device?')
    for answer in ('ReRAM', 'ReRAM', 'PCM', 'PCM'):
        task.keep(answer)
    assert task.entry['attempts'] == 2


def test_the_same_task_in_two_notebooks_counts_both_and_stays_done(file, monkeypatch):
    monkeypatch.setattr(record, 'RECORD', Record(file))
    first, second = Vote('Which device?'), Vote('Which device?')
    first.finish('PCM')
    second.keep('ReRAM')
    assert Vote('Which device?').done and Vote('Which device?').given == 'PCM'
    assert Vote('Which device?').entry['attempts'] == 2
