"""Values and calls as a student would type them."""

from dataclasses import dataclass

import numpy as np
import pytest

from aihwlab.lessons.readable import LONGEST, listed, readable, readable_call


@dataclass
class Device:
    noise: float = 56.0
    name: str = 'ReRAM'


@pytest.mark.parametrize('value, text', [
    (3, '3'), (np.int64(3), '3'), (0.1 + 0.2, '0.3'), (np.float32(5e-6), '5e-06'), (True, 'True'), (np.bool_(False), 'False'),
    (1 + 2j, '1+2j'), ('two', "'two'"), (None, 'None'), ([1, 0.5], '[1, 0.5]'), ((1,), '(1,)'), ({'a': 0.25}, "{'a': 0.25}"),
    (np.array([0.1, 1 / 3]), 'array([0.1, 0.3333])'), (np.array(2.0), 'array(2)'),
    (np.ones((2, 40)), '<array of shape (2, 40)>'), (np.full(20, 0.123), '<array of shape (20,)>'), (readable, 'readable'),
    (Device, 'Device'), (Device(), 'Device()'), (Device(noise=1 / 3), 'Device(noise=0.3333)')])
def test_values(value, text):
    assert readable(value) == text


@pytest.mark.parametrize('value', ['x' * 1000, list(range(1000)), {str(number): number for number in range(1000)}])
def test_long_values_are_shortened(value):
    assert len(readable(value)) == LONGEST and readable(value).endswith('...')


def test_calls_and_lists():
    assert readable_call('tiles', (128, 512.5, np.ones(2))) == 'tiles(128, 512.5, array([1, 1]))'
    assert [listed(names) for names in ('a', 'ab', 'abc')] == ['`a`', '`a` and `b`', '`a`, `b` and `c`']
