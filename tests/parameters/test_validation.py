"""Is this value allowed? Types of annotations, and intervals as mathematics writes them."""

import numpy as np
import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.validation import expected_range, expected_type, require

NAN, INF = float('nan'), float('inf')


@pytest.mark.parametrize('value, annotation', [
    (1, int), (1, float), (1.5, float), (np.float32(1), float), (np.int64(1), int), (np.int64(1), float), (True, bool),
    (None, float | None), (1, float | None), ('a', str), ([1, 2.5], list[float]), ([], list[float]),
    (PulseType.NONE, PulseType), (IOParameters(), IOParameters), (IOParameters, type), (None, type | None),
    ({}, dict[float, float]), ({1: [2.0]}, dict[float, list[float]]), ([[1.0], []], list[list[float]]),
    ('anything', set[int])])
def test_values_that_fit(value, annotation):
    assert expected_type(value, annotation) is None


@pytest.mark.parametrize('value, annotation, words', [
    (1.0, int, 'an integer'), (True, int, 'an integer'), (True, float, 'a number'), ('1', float, 'a number'),
    (1j, float, 'a number'), (1, bool, 'True or False'), (1, str, 'a string'), (1, type, 'a class'), (None, float, 'a number'),
    ('1', float | None, 'a number or None'), ((1.0,), list[float], 'a list'), (['1'], list[float], 'a list'),
    ([True], list[float], 'a list'), ([1], list[IOParameters], 'a list of instances of IOParameters'),
    (IOParameters, IOParameters, 'an instance of IOParameters'), ([1.0], list[list[float]], 'a list of lists'),
    ([[None]], list[list[float]], 'a list of lists'), ([1.0], dict[float, float], 'a dictionary of numbers by numbers'),
    ({'K': '1'}, dict[str, float], 'a dictionary of numbers by names'),
    ({1: 1.0}, dict[float, list[float]], 'a dictionary of lists by numbers')])
def test_words_for_what_would_fit(value, annotation, words):
    assert expected_type(value, annotation) == words


def test_choices_are_listed():
    assert expected_type('NONE', PulseType).startswith('PulseType.NONE or .STOCHASTIC_COMPRESSED or ')


@pytest.mark.parametrize('interval, inside, outside', [
    ('[0, 1]', (0, 0.5, 1, np.float32(1)), (-1e-9, 1 + 1e-9, NAN, INF, -INF)),
    ('(0, 1)', (1e-9, 0.5), (0, 1, NAN)), ('[0, inf)', (0, 1e15), (-1, INF, NAN)), ('(0, inf]', (1, INF), (0, -INF, NAN)),
    ('(-inf, inf)', (0, -1e15), (INF, -INF, NAN)), ('(-inf, 0]', (0, -5), (1, -INF))])
def test_intervals_with_and_without_their_ends(interval, inside, outside):
    assert all(expected_range(value, interval) is None for value in inside)
    assert all(expected_range(value, interval) == f'in {interval}' for value in outside)


def test_all_numbers_of_a_list_must_be_inside():
    assert expected_range([0.5, 1.0], '[0, 1]') is None and expected_range([], '[0, 1]') is None
    assert expected_range([0.5, 2.0], '[0, 1]') == 'in [0, 1]'


@pytest.mark.parametrize('interval, inside, outside', [
    ('(-inf, inf)', (0, 1e-15, 1e15, -1e15, 10 ** 15), (1e-16, -1e-300, 2e15, -1e300, 10 ** 40)),
    ('[0, inf]', (1e15, INF), (1e30,)), ('[0, 1]', (0, 1e-15), (1e-40,)),
    ('[0, 18446744073709551615]', (2 ** 64 - 1, 2 ** 63), ())])
def test_numbers_have_room_in_float32(interval, inside, outside):
    assert all(expected_range(value, interval) is None for value in inside)
    assert all('of a magnitude from 1e-15 to 1e+15, because tiles compute in float32' in expected_range(value, interval)
               for value in outside)


def test_the_end_of_seeds_is_exact():
    assert expected_range(2 ** 64, '[0, 18446744073709551615]') == 'in [0, 18446744073709551615]'


@pytest.mark.parametrize('arguments, message', [
    (('stride', 0), r'stride = 0: must be in \[1, inf\)'), (('stride', True), 'stride = True: must be an integer'),
    (('stride', '1'), "stride = '1': must be an integer"),
    (('lr', NAN, float, '[0, inf)'), r'lr = nan: must be in \[0, inf\)')])
def test_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        require(*arguments)


def test_arguments_that_are_possible_pass_and_errors_can_be_chosen():
    require('stride', np.int64(1))
    with pytest.raises(ConfigError, match='size = None: must be an integer'):
        require('size', None, error=ConfigError)


@pytest.mark.parametrize('value', ['text', None, True, PulseType.NONE])
def test_what_is_no_number_has_no_range(value):
    assert expected_range(value, '(5, 6)') is None
