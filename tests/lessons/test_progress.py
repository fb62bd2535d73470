"""What comes back after a restart, where it is kept, and how it is removed."""

import pytest

from aihwlab.lessons import Exercise, Option, Progress, Property, Quiz, record
from aihwlab.lessons.record import NAME, Record

RIGHT, WRONG = 'The same fraction', 'Ten times more'


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(record, 'RECORD', Record(tmp_path / NAME))
    return tmp_path / NAME


def lesson():
    """Return the tasks of a lesson and their list, as a kernel that has just started has them."""
    quiz = Quiz('Drift', 'What is lost per decade?', [Option(RIGHT, 'Each decade costs the same.', right=True),
                                                       Option(WRONG, 'Ten times as many seconds follow.')])
    exercise = Exercise('Sum', 'Write `add(one, other)`.', 'add', 'def add(one, other):\n    return one + other',
                        [Property('1 + 1', lambda add: add(1, 1), 2), Property('2 + 3', lambda add: add(2, 3), 5)])
    return quiz, exercise, Progress('Lesson 1', [quiz, exercise])


def add(one, other):
    return other + one


def test_answers_are_there_again_after_a_restart(file):
    quiz, exercise, _ = lesson()
    quiz.answer(RIGHT)
    exercise.check(add)
    quiz, exercise, progress = lesson()
    assert progress.count == 2 and '2 of 2 done' in progress.box.value
    assert quiz.choices.value == RIGHT and 'Each decade costs the same.' in quiz.feedback.value
    assert 'done' in exercise.status.value and 'return other + one' in exercise.status.value


def test_a_wrong_answer_is_there_again_too(file):
    quiz, exercise, _ = lesson()
    quiz.answer(WRONG)
    exercise.check(lambda one, other: one)
    quiz, exercise, progress = lesson()
    assert quiz.choices.value == WRONG and 'not right' in quiz.feedback.value
    assert progress.count == 0 and 'done' not in exercise.status.value


def test_an_answer_that_is_no_option_any_more_is_not_shown(file):
    record.RECORD.put('Drift', dict(answer='Nothing', kind='quiz'))
    quiz, _, _ = lesson()
    assert quiz.choices.value is None and not quiz.done


def test_what_a_saved_notebook_shows_is_nobodys_answers(file):
    quiz, exercise, progress = lesson()
    before = [{**shown._repr_mimebundle_(), 'application/vnd.jupyter.widget-view+json': 0} for shown in lesson()]
    quiz.answer(RIGHT)
    exercise.check(add)
    assert progress.count == 2
    for restored, page in zip(lesson(), before):
        assert {**restored._repr_mimebundle_(), 'application/vnd.jupyter.widget-view+json': 0} == page


def test_progress_says_where_answers_are_kept(file):
    *_, progress = lesson()
    assert str(file) in progress.place.value and progress.remove in progress.panel.children[-1].children


def test_answers_are_removed_after_a_question(file):
    quiz, exercise, progress = lesson()
    quiz.answer(RIGHT)
    exercise.check(add)
    progress.remove.click()
    assert file.exists() and 'all lessons' in progress.place.value and progress.really.layout.display is None
    progress.remove.click()  # keep them
    assert file.exists() and progress.really.layout.display == 'none' and str(file) in progress.place.value
    progress.remove.click()
    progress.really.click()
    assert not file.exists() and progress.count == 0 and '0 of 2 done' in progress.box.value
    assert quiz.choices.value is None and not exercise.done and progress.really.layout.display == 'none'
    assert lesson()[2].count == 0


def test_a_file_that_cannot_be_written_is_told_once_in_the_box(file, monkeypatch, capsys):
    file.parent.chmod(0o500)
    monkeypatch.setattr('os.replace', refuse)
    quiz, exercise, progress = lesson()
    quiz.answer(RIGHT)
    exercise.check(add)
    assert progress.count == 2 and 'until the kernel is restarted' in progress.place.value
    assert capsys.readouterr().out.count('until the kernel') == 1
    file.parent.chmod(0o700)


def refuse(*_):
    raise PermissionError(13, 'Permission denied')


def test_without_a_file_there_is_nothing_to_remove():
    *_, progress = lesson()
    assert list(progress.panel.children) == [progress.box, progress.place]
