"""Values in words."""

import pytest

from aihwlab.widgets.words import time_in_words


@pytest.mark.parametrize('seconds, words', [
    (0.5, '0.5 seconds'), (1.0, '1 second'), (59.0, '59 seconds'), (60.0, '1 minute'), (5400.0, '1.5 hours'),
    (86399.99, '1 day'),
    (86400.0, '1 day'), (7 * 86400.0, '7 days'), (31557600.0, '1 year'), (315576000.0, '10 years'),
])
def test_time_in_words(seconds, words):
    assert time_in_words(seconds) == words
