"""Tables for a teacher, from the files of several students."""

import csv
import json

import pytest

from aihwlab.lessons import record, start_here
from aihwlab.lessons.export import COLUMNS, course, export, main, student_of
from aihwlab.lessons.record import NAME, Record

GAIN, REMEDY = start_here.GAIN.title, start_here.REMEDY.title


@pytest.fixture
def folder(tmp_path):
    for path, answer in {f'ada/{NAME}': '=1+1', f'grace/{NAME}': 'µ', 'alan_aihwlab_progress.json': 'x'}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        Record(tmp_path / path).put(GAIN, dict(kind='quiz', attempts=2, answer=answer, first='a', last='b', done='b'))
    Record(tmp_path / 'ada' / NAME).put('My own', dict(kind='vote', attempts=1, answer=3))
    return tmp_path


def table(folder):
    with (folder / 'progress_table.csv').open(encoding='utf-8-sig', newline='') as file:
        return list(csv.DictReader(file))


def test_each_student_has_a_row_for_each_task(folder):
    assert [path.name for path in export(folder)] == ['progress_table.csv', 'progress_table.json']
    rows = table(folder)
    assert list(rows[0]) == COLUMNS and len(rows) == 3 * len(course()) + 1
    assert {row['student'] for row in rows} == {'ada', 'grace', 'alan'}
    row, = [row for row in rows if row['student'] == 'grace' and row['task'] == GAIN]
    assert row == dict(student='grace', lesson='Start here', task=GAIN, kind='quiz', done='b', attempts='2', first='a',
                       last='b', answer='µ')
    row, = [row for row in rows if row['student'] == 'grace' and row['task'] == REMEDY]
    assert row['done'] == row['answer'] == '' and row['attempts'] == '0' and row['kind'] == 'quiz'
    own, = [row for row in rows if row['task'] == 'My own']
    assert own['lesson'] == '' and own['kind'] == 'vote' and own['answer'] == '3'


def test_the_rows_are_the_same_in_both_tables_but_no_text_is_a_formula(folder):
    export(folder)
    data = json.loads((folder / 'progress_table.json').read_text(encoding='utf-8'))
    assert [row['answer'] for row in data if row['student'] == 'ada' and row['task'] == GAIN] == ['=1+1']
    assert [row['answer'] for row in table(folder) if row['student'] == 'ada' and row['task'] == GAIN] == ["'=1+1"]
    assert len(data) == len(table(folder))


def test_tables_of_before_are_not_taken_for_students(folder):
    export(folder)
    before = table(folder)
    export(folder)
    assert table(folder) == before


def test_a_damaged_file_is_named_and_left_out(folder, capsys):
    (folder / 'grace' / NAME).write_text('{')
    export(folder)
    assert {row['student'] for row in table(folder)} == {'ada', 'alan'}
    assert str(folder / 'grace' / NAME) in capsys.readouterr().out and (folder / 'grace' / NAME).read_text() == '{'


def test_the_course_is_in_order_and_complete():
    titles = list(dict.fromkeys(lesson for lesson, _ in course().values()))
    assert titles == ['Start here', *(f'Lesson {number}' for number in range(1, 7))]
    assert course()['A better cell'] == ('Lesson 4', 'challenge')


@pytest.mark.parametrize('path, name', [
    ('ada/aihwlab_progress.json', 'ada'), ('ada_aihwlab_progress.json', 'ada'), ('aihwlab_progress (ada).json', '(ada)'),
    ('aihwlab_progress.json', 'class'), ('1/ada/aihwlab_progress.json', '1/ada')])
def test_students_are_named_by_where_their_files_lie(tmp_path, path, name):
    assert student_of(tmp_path / 'class' / path, tmp_path / 'class') == name


def test_the_command_says_what_it_wrote_or_what_is_missing(folder, tmp_path_factory, capsys):
    main([str(folder)])
    assert capsys.readouterr().out.split() == [str(folder / 'progress_table.csv'), str(folder / 'progress_table.json')]
    with pytest.raises(SystemExit):
        main([str(tmp_path_factory.mktemp('empty'))])
    assert 'holds no file' in capsys.readouterr().err


def test_what_a_lesson_keeps_can_be_exported(tmp_path, monkeypatch):
    monkeypatch.setattr(record, 'RECORD', Record(tmp_path / NAME))
    start_here.COLUMN_ERROR.check(start_here.COLUMN_ERROR.solved())
    start_here.COLUMN_ERROR.forget()
    export(tmp_path)
    row, = [row for row in table(tmp_path) if row['task'] == start_here.COLUMN_ERROR.title]
    assert row['kind'] == 'exercise' and row['attempts'] == '1' and row['done'] and row['student'] == tmp_path.name
