"""Pages without a network: formulas are drawn, pictures put in, and code left alone."""

import base64
import re

import pytest

from aihwlab.teaching.offline import drawn, offline


def test_a_formula_becomes_a_picture_that_says_what_it_is(tmp_path):
    page = offline('If $x &lt; y$, then', tmp_path)
    assert 'alt="x &lt; y"' in page and '$' not in page
    drawing = base64.b64decode(re.search(r'base64,([^"]*)', page)[1])
    assert b'<svg' in drawing and drawn('x < y') == drawn('x < y')


def test_a_formula_on_lines_of_its_own(tmp_path):
    assert offline('$$\nI_j = \\sum_i G_{ij} V_i\n$$', tmp_path).startswith('<span class="formula"><img ')


@pytest.mark.parametrize('text', ['`$HOME` and `$PATH`', '<pre>a = $b + $c</pre>', 'it costs 5 $', '```\n$x$\n```'])
def test_what_is_no_formula_stays(text, tmp_path):
    assert offline(text, tmp_path) == text


def test_a_tall_formula_reaches_below_the_line():
    low, tall = (float(re.search(r'vertical-align: (-?[\d.]+)em', drawn(tex))[1]) for tex in ('x', r'\frac{1}{x}'))
    assert tall < low


def test_a_formula_that_cannot_be_read_is_an_error():
    with pytest.raises(ValueError, match='unknowncommand'):
        drawn(r'\unknowncommand')


@pytest.mark.parametrize('text', ['<img alt="A dot" src="dot.png">', '![A dot](dot.png)'])
def test_pictures_are_put_into_the_page(text, tmp_path):
    (tmp_path / 'dot.png').write_bytes(b'dot')
    assert offline(text, tmp_path) == text.replace('dot.png', 'data:image/png;base64,ZG90')


def test_a_missing_picture_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match='nothing.png'):
        offline('<img src="nothing.png">', tmp_path)


def test_pictures_from_elsewhere_stay_where_they_are(tmp_path):
    text = '<img src="https://example.org/a.png"> ![b](attachment:b.png)'
    assert offline(text, tmp_path) == text
