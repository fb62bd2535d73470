"""Is this value allowed? Types of annotations, and intervals as mathematics writes them."""

import numpy as np
import pytest

from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.validation import expected_range, expected_type

NAN, INF = float('nan'), float('inf')


@pytest.mark.parametrize('value, annotation', [
    (1, int), (1, float), (1.5, float), (np.float32(1), float), (np.int64(1), int), (np.int64(1), float), (True, bool),
    (None, float | None), (1, float | None), ('a', str), ([1, 2.5], list[float]), ([], list[float]),
    (PulseType.NONE, PulseType), (IOParameters(), IOParameters), (IOParameters, type), (None, type | None),
    ('anything', dict[str, int])])
def test_values_that_fit(value, annotation):
    assert expected_type(value, annotation) is None


@pytest.mark.parametrize('value, annotation, words', [
    (1.0, int, 'an integer'), (True, int, 'an integer'), (True, float, 'a number'), ('1', float, 'a number'),
    (1j, float, 'a number'), (1, bool, 'True or False'), (1, str, 'a string'), (1, type, 'a class'), (None, float, 'a number'),
    ('1', float | None, 'a number or None'), ((1.0,), list[float], 'a list'), (['1'], list[float], 'a list'),
    ([True], list[float], 'a list'), (IOParameters, IOParameters, 'an instance of IOParameters')])
def test_words_for_what_would_fit(value, annotation, words):
    assert expected_type(value, annotation) == words


def test_choices_are_listed():
    assert expected_type('NONE', PulseType).startswith('PulseType.NONE or .STOCHASTIC_COMPRESSED or ')


@pytest.mark.parametrize('interval, inside, outside', [
    ('[0, 1]', (0, 0.5, 1, np.float32(1)), (-1e-9, 1 + 1e-9, NAN, INF, -INF)),
    ('(0, 1)', (1e-9, 0.5), (0, 1, NAN)), ('[0, inf)', (0, 1e300), (-1, INF, NAN)), ('(0, inf]', (1, INF), (0, -INF, NAN)),
    ('(-inf, inf)', (0, -1e300), (INF, -INF, NAN)), ('(-inf, 0]', (0, -5), (1, -INF))])
def test_intervals_with_and_without_their_ends(interval, inside, outside):
    assert all(expected_range(value, interval) is None for value in inside)
    assert all(expected_range(value, interval) == f'in {interval}' for value in outside)


def test_all_numbers_of_a_list_must_be_inside():
    assert expected_range([0.5, 1.0], '[0, 1]') is None and expected_range([], '[0, 1]') is None
    assert expected_range([0.5, 2.0], '[0, 1]') == 'in [0, 1]'


@pytest.mark.parametrize('value', ['text', None, True, PulseType.NONE])
def test_what_is_no_number_has_no_range(value):
    assert expected_range(value, '(5, 6)') is None
