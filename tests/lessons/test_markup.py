"""Contrast of verdicts on pages of both kinds."""

import re

import numpy as np
import pytest

from aihwlab.lessons.markup import BAD, GOOD, SHARE, verdict

# Text, its opacity and the page: the themes of JupyterLab 4, and black and white without any.
PAGES = {'light': (0, 0.87, 255), 'light, grey': (0, 0.87, 0xE0), 'bare': (0, 1.0, 255), 'dark': (255, 1.0, 0x11),
         'dark, grey': (255, 0.87, 0x21), 'dark, lighter grey': (255, 1.0, 0x42)}


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    part = np.asarray(colour) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize('colour', [GOOD, BAD])
@pytest.mark.parametrize('page', PAGES)
def test_verdicts_can_be_read_on_light_and_dark_pages(colour, page):
    """`color-mix` mixes colours that are multiplied with their opacity, which is that of the text or 1."""
    text, opacity, background = PAGES[page]
    own = np.array([int(colour[place:place + 2], 16) for place in (1, 3, 5)])
    share, rest = SHARE / 100, (1 - SHARE / 100) * opacity
    seen = share * own + rest * text + (1 - share - rest) * background
    low, high = sorted([luminance(seen), luminance([background] * 3)])
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_a_verdict_has_a_mark_and_a_word_and_a_mixed_colour():
    for passed, colour, word in ((True, GOOD, 'passed'), (False, BAD, 'not passed yet')):
        line = verdict(passed, 'it is `two`')
        assert re.search(rf'color: color-mix\(in srgb, {colour} {SHARE}%, currentcolor\)', line)
        assert f'{word}:</b> it is <code>two</code>' in line
    assert verdict(True, '')[:40] != verdict(False, '')[:40]
