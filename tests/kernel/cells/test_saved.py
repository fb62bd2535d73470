"""Checks of saved states."""

import numpy as np
import pytest

from aihwlab.kernel.cells.saved import is_integer, is_number, require_part, require_parts


def test_a_requirement_says_what_is_allowed():
    require_part(True, 'seed', -1, 'an integer')
    with pytest.raises(ValueError, match=r"seed = 'x': must be an integer"):
        require_part(None, 'seed', 'x', 'an integer')


@pytest.mark.parametrize('state, message', [
    ({'a': 1}, r'the parts lack b\.c, b\.d'), ({'a': 1, 'b': {'d': 2}}, r'lack b\.c'), (3, 'lack a, b'),
    ({'a': 1, 'b': {'c': 1, 'd': 2, 'e': 3}}, r'have unknown parts: b\.e'), ({'a': {}, 'b': {'c': 1, 'd': 2}}, 'lack a')])
def test_all_parts_must_be_there_and_no_others(state, message):
    expected = {'a': 1, 'b': {'c': 1, 'd': None}}
    require_parts(expected, expected, 'the parts')
    with pytest.raises(ValueError, match=message):
        require_parts(state, expected, 'the parts')


@pytest.mark.parametrize('value, integer, number', [
    (3, True, True), (np.int64(3), True, True), (0.5, False, True), (np.float32(0.5), False, True), (True, False, False),
    (np.nan, False, False), (np.inf, False, False), ('3', False, False), (None, False, False)])
def test_numbers_are_told_from_what_is_none(value, integer, number):
    assert is_integer(value) is integer and is_number(value) is number
