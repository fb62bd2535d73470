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
    assert 'gave 2e-06: too large' in repr(report) and 'gave 1e-06: too large' in repr(report)
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


def an_empty_function(conductance, voltage):
    ...


def a_described_function(conductance, voltage):
    """Return the current."""


@pytest.mark.parametrize('stub', [..., lambda *_: ..., lambda g, v: g * ..., an_empty_function, a_described_function])
def test_what_is_not_answered_yet_is_told_once_and_in_no_colour(stub):
    task = exercise()
    report = task.check(stub)
    assert repr(report) == 'Not answered yet: put your answer in place of `...` and run this cell again.'
    assert 'color' not in report._repr_html_() and not report.passed and not task.entry


def test_settings_are_not_answered_while_one_is_open():
    task = exercise(solution='current = dict(bits=8, size=64)', properties=[Property('few bits', lambda own: own['bits'] < 9)])
    assert not task.check(dict(bits=8, size=...)).answered
    assert task.check(dict(bits=8, size=64)).passed
    assert 'lacks `size`' in repr(task.check(dict(bits=8)))
    assert 'has `bit`, which is not asked for' in repr(task.check(dict(bits=8, size=64, bit=1)))
    assert "`current['bits']` is the text '8'" in repr(task.check(dict(bits='8', size=64)))
    assert 'a dictionary is needed, with `bits` and `size`' in repr(task.check(8))


def forgets(conductance, voltage):
    conductance * voltage


@pytest.mark.parametrize('answer, message', [
    (1e-6, '`current` is the number 1e-06, but a function is needed: define it with `def current(conductance, voltage):`'),
    ('g * v', "`current` is the text 'g * v', but a function is needed"),
    (None, '`current` is `None`, but a function is needed'),
    (float, 'the class `float`'),
    (lambda g: g, '`current` has 1 parameter, `g`, but is called with 2: `conductance` and `voltage`.'),
    (lambda g, v, t: g, '`current` has 3 parameters, `g`, `v` and `t`, but is called with 2'),
    (lambda: 1, '`current` has no parameters'),
    (forgets, '`current(5e-06, 0.2)` gave `None`, but one number is needed: is a `return` missing?'),
    (lambda g, v: '1 uA', "gave the text '1 uA', but one number is needed: leave out the quotation marks."),
    (lambda g, v: np.array([g, v]), 'gave an array of shape (2,), but one number is needed.'),
    (lambda g, v: forgets, 'gave a function, but one number is needed: call the function and use its result.'),
    (lambda g, v: {}, 'gave an object of the type `dict`'),
    (lambda g, v: np.amplitude(g), "stopped with AttributeError: module 'numpy' has no attribute 'amplitude'")])
def test_a_mistake_of_form_is_named_once(answer, message):
    report = exercise().check(answer)
    assert len(report.findings) == 1 and message in repr(report) and not report.passed


@pytest.mark.parametrize('answer, message', [
    ('2', "`current` is the text '2', but one number is needed: leave out the quotation marks."),
    (lambda: 2, '`current` is a function, but one number is needed: call the function'), (None, 'is `None`, but one number'),
    ([2, 2], 'is an array of shape (2,), but one number is needed'), ([[1], [2, 3]], 'is a list of 2, but one number')])
def test_a_mistake_of_form_of_a_number_is_named_once(answer, message):
    task = exercise(solution='current = 2', properties=[Property('it is two', expected=2), Property('it is', expected=2)])
    report = task.check(answer)
    assert len(report.findings) == 1 and message in repr(report)
    assert task.check(np.float32(2)).passed and task.check(np.array(2)).passed


def test_a_mistake_of_form_in_one_branch_is_named_where_it_shows():
    def current(conductance, voltage):
        if voltage:
            return conductance * voltage
    report = exercise().check(current)
    assert [failure != '' for _, failure in report.findings] == [False, True]
    assert '`current(5e-06, 0)` gave `None`' in repr(report)


def test_a_mistake_of_form_is_described_at_the_first_check_that_meets_it():
    def current(conductance, voltage):
        return conductance * voltage if voltage < 1 else [voltage]
    checks = [Property(f'{voltage} V', lambda own, v=voltage: own(1, v), voltage) for voltage in (0.5, 2, 3)]
    report = exercise(properties=checks).check(current)
    assert repr(report).splitlines() == [
        'passed: 0.5 V', 'not passed yet: 2 V – `current(1, 2)` gave an array of shape (1,), but one number is needed.',
        'not passed yet: 3 V – the same mistake as above.']


def test_the_form_of_a_pair_is_that_of_its_values():
    pair = exercise(solution='def current(g, v):\n    return g * v, -v', properties=[
        Property('the first', lambda own: own(np.ones(2), 3)[0], [3, 3])])
    assert pair.check(lambda g, v: [g * v, -v]).passed
    assert 'gave a tuple with the number 3, but an array of shape (2,) is needed' in repr(pair.check(lambda g, v: (v, -v)))
    assert 'gave the number 3, but a tuple of 2 values is needed' in repr(pair.check(lambda g, v: v))


def test_the_same_call_is_shown_once():
    double = Property('twice', lambda own: own(1, 1) + own(1, 1), 4)
    assert '– `current(1, 1)` gave 1: the value 2 is too small' in repr(exercise(properties=[double]).check(lambda g, v: 1))


def test_a_failed_check_shows_the_call_and_its_result_but_not_the_answer():
    report = exercise().check(lambda conductance, voltage: conductance / voltage if voltage else 0.0)
    assert '`current(5e-06, 0.2)` gave 2.5e-05: too large (tolerance: 1 %)' in repr(report)
    assert '1e-06' not in repr(report) and '<code>current(5e-06, 0.2)</code>' in report._repr_html_()


def test_of_many_calls_the_last_two_are_shown():
    ratio = Property('twice as much', lambda own: own(1, 1) * own(1, 2) / own(1, 3), 2)
    failure, = [failure for _, failure in exercise(properties=[ratio]).check(lambda g, v: g + v).findings]
    assert failure.startswith('`current(1, 2)` gave 3 and `current(1, 3)` gave 4: the value 1.5 is too small')


def test_arithmetic_of_the_check_that_cannot_go_on_shows_the_calls():
    ratio = Property('twice as much', lambda own: own(1, 2) / own(1, 1), 2)
    report = exercise(properties=[ratio]).check(lambda g, v: 0)
    assert 'gave 0: the check stopped with ZeroDivisionError' in repr(report)


def test_an_error_says_in_which_line():
    report = exercise().check(divides)
    assert 'division by zero (in the line `return conductance / 0`).' in repr(report)


def divides(conductance, voltage):
    return conductance / 0


def test_a_function_cannot_change_what_the_lesson_calls_it_with():
    array = np.ones(2)

    def current(conductance, voltage):
        conductance *= voltage
        return conductance
    task = exercise(properties=[Property('three', lambda own: own(array, 3), [3, 3])])
    assert task.check(current).passed and array.tolist() == [1, 1]


def test_the_program_is_kept_when_it_is_right():
    task = exercise()
    task.check(divides)
    assert task.given.startswith('def divides') and not task.done and task.entry['attempts'] == 1
    task.check(task.solved())
    assert task.done and task.entry['attempts'] == 2 and task.entry['kind'] == 'exercise'
    given = task.given
    task.check(divides)
    assert task.given == given and task.done


def test_hints_are_shown_one_by_one_and_the_solution_last():
    task = exercise()
    seen = []
    while not task.button.disabled:
        seen.append(task.button.description)
        task.button.click()
    assert seen == ['Show hint 1', 'Show hint 2', 'Show solution']
    assert task.shown.value.index('Who found it?') < task.shown.value.index('Ohm') < task.shown.value.index('return')
    task.forget()
    assert 'Hint' not in task.shown.value and task.button.description == 'Show hint 1' and not task.button.disabled


def test_the_box_says_that_it_is_done():
    task = exercise()
    assert 'done' not in task.status.value
    task.check(divides)
    assert 'done' not in task.status.value
    task.check(lambda conductance, voltage: conductance * voltage)
    assert 'done' in task.status.value and 'conductance * voltage' in task.status.value
    task.forget()
    assert 'done' not in task.status.value and not task.done


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
