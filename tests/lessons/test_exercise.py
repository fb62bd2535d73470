"""Exercises: the example of the documentation, what checks notice, and what is shown without a kernel."""

import numpy as np
import pytest

from aihwlab.lessons import Exercise, Property


def exercise(**changes):
    return Exercise(**{**dict(
        title='Current of one cell', task='Write `current(conductance, voltage)`.\n\nUnits: $A$ < 1.', answer='current',
        solution='''
            def current(conductance, voltage):
                return conductance * voltage
        ''',
        hints=['Who found it?', 'Ohm: $I = G V$.'],
        properties=[Property('5 uS at 0.2 V carry 1 uA', lambda current: current(5e-6, 0.2), 1e-6),
                    Property('no voltage, no current', lambda current: current(5e-6, 0.0), 0.0, atol=1e-15)]),
        **changes})


def test_the_solution_passes_and_an_empty_cell_does_not():
    task = exercise()
    assert task.examine(task.solved()).passed
    for nothing in (None, ..., 'conductance * voltage'):
        assert not task.examine(nothing).passed


def test_a_report_says_which_property_fails_and_not_the_answer():
    report = exercise().check(lambda conductance, voltage: conductance * voltage + 1e-6)
    assert [failure != '' for _, failure in report.findings] == [True, True]
    assert 'too large' in repr(report) and '1e-06 is' in repr(report)
    half_right = exercise().check(lambda conductance, voltage: 0.0)
    assert [failure != '' for _, failure in half_right.findings] == [True, False]
    assert 'passed:</b> no voltage' in half_right._repr_html_() and 'not passed yet:</b> 5 uS' in half_right._repr_html_()


def test_only_a_right_answer_finishes_and_a_later_wrong_one_changes_nothing():
    task, calls = exercise(), []
    task.when_done(lambda: calls.append('done'))
    task.check(lambda conductance, voltage: 0)
    assert not task.done
    task.check(task.solved())
    task.check(None)
    task.check(task.solved())
    assert task.done and calls == ['done']


def test_examining_does_not_finish():
    task = exercise()
    assert task.examine(task.solved()).passed and not task.done


def test_hints_and_solution_are_folded_in_plain_html():
    page = exercise()._repr_html_()
    assert page.count('<details>') == page.count('</details>') == 3
    assert '<summary>Hint 1</summary>' in page and '<summary>Solution</summary>' in page
    assert 'open' not in page and '<script' not in page
    assert '<code>current(conductance, voltage)</code>' in page and '$A$ &lt; 1' in page


@pytest.mark.parametrize('value, message', [
    (2.1, 'too large'), (1.9, 'too small'), (-2, 'of the wrong sign'), (0, 'zero'), (np.nan, 'not a number'),
    ([2, 2], 'shape is (2,)'), ('two', "'two'"), (None, 'None'), ([[1], [2, 3]], 'ValueError'), (2j, 'wrong')])
def test_a_property_says_what_is_wrong(value, message):
    assert message in Property('it is two', expected=2, hint='Think.').failure(value)
    assert Property('it is two', expected=2, hint='Think.').failure(value).endswith('. Think.')


@pytest.mark.parametrize('stub', [..., lambda: ..., dict(size=...)], ids=['value', 'function', 'settings'])
def test_a_stub_is_told_to_be_one(stub):
    def value(answer):
        return answer() if callable(answer) else answer['size'] < 2 if isinstance(answer, dict) else answer
    assert Property('it is two', value, 2, hint='Think.').failure(stub) == 'put your answer in place of `...`'


def test_a_function_without_return_is_asked_for_it():
    assert 'is a `return` missing?' in Property('it is two', lambda own: own(), 2).failure(lambda: None)


def test_a_property_of_an_array_says_where():
    failure = Property('rows add up', expected=[[1, 2], [3, 4]]).failure([[1, 2], [3.5, 5]])
    assert 'at index [1, 0]' in failure and '1 more' in failure


def test_tolerances_are_those_of_the_definition():
    close = Property('close', expected=10.0, rtol=0.01, atol=0.1)
    assert not close.failure(10.199) and close.failure(10.201) and not close.failure(9.801) and close.failure(9.799)
    assert '1 % + 0.1' in close.failure(11)


def test_a_property_may_be_true_or_false():
    positive = Property('all are positive', lambda values: np.all(np.asarray(values) > 0))
    assert not positive.failure([1, 2]) and 'does not hold' in positive.failure([1, -2])


@pytest.mark.parametrize('changes, message', [
    (dict(properties=[]), 'must not be empty'), (dict(answer='my answer'), 'must be a valid Python name'),
    (dict(title=' '), 'title')])
def test_an_exercise_that_cannot_work_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        exercise(**changes)


def test_a_solution_that_defines_something_else_is_noticed():
    with pytest.raises(KeyError, match='current'):
        exercise(solution='voltage = 1').solved()
