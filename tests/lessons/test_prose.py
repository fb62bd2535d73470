"""The helper that reads prose finds sentences across line breaks, and a number that does not fit."""

import pytest

from tests.lessons.prose import markdown, says

TEXT = '**With 9 bits** the error\nis 12.4 %, of 1,116,416 products.'


@pytest.mark.parametrize('template, values', [
    ('With {} bits the error is {} %', (9, 12.43)), ('of {} products', (1116416,)), ('the error is 12.4 %', ())])
def test_what_is_said(template, values):
    says(TEXT, template, *values)


@pytest.mark.parametrize('template, values, message', [
    ('the error is {} %', (12.46,), 'says 12.4 where the code gives 12.46'),
    ('the mistake is {} %', (12.4,), '0 different sentences'),
    ('error is 2.4 %', (), '0 different sentences'),
    ('is {} %', (12.4, 1), '2 values for 1 numbers')])
def test_what_is_not_said(template, values, message):
    with pytest.raises(AssertionError, match=message):
        says(TEXT, template, *values)


def test_a_notebook_is_read():
    assert markdown('00_start_here').startswith('# 0 · Start here')
