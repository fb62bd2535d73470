"""Quizzes and the progress box, moved as a student would; no browser is needed."""

import pytest

from aihwlab.lessons import Exercise, Option, Progress, Property, Quiz

OPTIONS = [Option('The same fraction', 'Each decade costs the same.', right=True),
           Option('Ten times more', 'Ten times as many <seconds> follow.')]


def quiz():
    return Quiz('Drift', 'What is lost per decade of $t$?', OPTIONS)


def test_a_wrong_choice_is_explained_and_may_be_corrected():
    task = quiz()
    task.choices.value = 'Ten times more'
    task.button.click()
    assert 'not right' in task.feedback.value and '&lt;seconds&gt;' in task.feedback.value and not task.done
    task.choices.value = 'The same fraction'
    task.button.click()
    assert 'right:' in task.feedback.value and 'decade' in task.feedback.value and task.done


def test_a_verdict_goes_when_another_answer_is_chosen():
    task = quiz()
    task.answer('Ten times more')
    assert task.choices.value == 'Ten times more' and 'not right' in task.feedback.value
    task.choices.value = 'The same fraction'
    assert 'right' not in task.feedback.value and not task.done
    task.button.click()
    assert 'decade' in task.feedback.value
    task.choices.value = 'Ten times more'
    assert 'decade' not in task.feedback.value and task.done


def test_a_request_to_choose_goes_when_something_is_chosen():
    task = quiz()
    task.button.click()
    task.choices.value = 'Ten times more'
    assert 'Choose' not in task.feedback.value


def test_forgetting_opens_a_quiz_again():
    task = quiz()
    task.answer('The same fraction')
    task.forget()
    assert not task.done and task.choices.value is None and 'decade' not in task.feedback.value


def test_nothing_is_chosen_at_first():
    task = quiz()
    task.button.click()
    assert 'Choose' in task.feedback.value and not task.done


def test_without_a_kernel_every_answer_unfolds_to_its_explanation():
    bundle = quiz()._repr_mimebundle_()
    assert set(bundle) == {'application/vnd.jupyter.widget-view+json', 'text/html', 'text/plain'}
    for option in OPTIONS:
        assert f'<summary>{option.text}</summary>' in bundle['text/html'] and option.text in bundle['text/plain']
    assert 'Each decade costs the same.' in bundle['text/html'] and 'Each decade' not in bundle['text/plain']


@pytest.mark.parametrize('options, message', [
    (OPTIONS[:1], 'at least two'), (OPTIONS[:1] * 2, 'all different'),
    ([OPTIONS[1], Option('More', 'No.')], 'exactly one'),
    ([OPTIONS[0], Option('More', 'Yes.', right=True)], 'exactly one'),
    ([OPTIONS[0], Option('More', ' ')], 'explanation')])
def test_a_quiz_that_cannot_work_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Quiz('Drift', 'What?', options)


def test_an_answer_that_no_option_has_is_refused():
    with pytest.raises(ValueError, match='not an option'):
        quiz().answer('Half of it')


def test_progress_follows_what_is_done():
    first = quiz()
    second = Exercise('Sum', 'Compute 1 + 1 into `total`.', 'total', 'total = 1 + 1',
                      [Property('it is right', expected=2)])
    progress = Progress('Lesson 1', [first, second])
    assert progress.count == 0 and '0 of 2' in progress.box.value
    second.check(2)
    assert progress.count == 1 and '1 of 2' in progress.box.value and 'done: Sum' in progress.box.value
    first.answer('The same fraction')
    assert '2 of 2 done' in progress.box.value and 'done: Drift' in progress.box.value and '[x] Drift' in repr(progress)


def test_progress_counts_what_was_done_before():
    first = quiz()
    first.answer('The same fraction')
    assert Progress('Lesson 1', [first]).count == 1
