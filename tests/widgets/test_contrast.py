"""Every text in every picture can be read, on light pages and on dark ones, where pictures are turned to their negative."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.text import Text

from aihwlab import widgets
from aihwlab.widgets import Explorer

LEAST = 4.5
"""Ratio that the guidelines for accessible pages (WCAG 2, level AA) ask for."""

KINDS = [kind for kind in (getattr(widgets, name) for name in widgets.__all__ if name not in widgets.WITH_TORCH)
         if isinstance(kind, type) and issubclass(kind, Explorer) and kind is not Explorer]


def light(colour):
    """Return the relative luminance of a colour."""
    channels = np.asarray(colour[:3], dtype=float)
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(one, other):
    """Return the ratio of the luminances of two colours."""
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def negative(colour):
    """Return a colour as `invert(1) hue-rotate(180deg)` of a style sheet shows it."""
    weights = np.array([0.213, 0.715, 0.072])
    # A rotation by half a turn: cos = -1, sin = 0.
    return np.clip(2 * weights @ (1 - np.asarray(colour)) - (1 - np.asarray(colour)), 0, 1)


def behind(text, figure, renderer):
    """Return the colour of the picture around a text: that which most pixels of its box have; None if it is out of sight."""
    pixels = np.asarray(figure.canvas.buffer_rgba())
    box = text.get_window_extent(renderer)
    rows = slice(max(int(pixels.shape[0] - box.y1) - 1, 0), int(pixels.shape[0] - box.y0) + 2)
    inside = pixels[rows, max(int(box.x0) - 1, 0):int(box.x1) + 2, :3].reshape(-1, 3)
    if len(inside) == 0:  # a label of a tick beyond the ends of its axis
        return None
    colours, counts = np.unique(inside, axis=0, return_counts=True)
    return colours[counts.argmax()] / 255


def test_negative_keeps_hues():
    np.testing.assert_allclose(negative(to_rgb('white')), 0, atol=1e-9)
    np.testing.assert_allclose(negative(to_rgb('black')), 1, atol=1e-9)
    blue = negative(to_rgb('#0072B2'))
    assert blue[2] > blue[1] > blue[0]


@pytest.mark.parametrize('kind', KINDS, ids=lambda kind: kind.__name__)
def test_every_text_can_be_read(kind):
    explorer = kind()
    explorer.predict('something')
    explorer.canvas.draw()
    renderer = explorer.canvas.get_renderer()
    texts = [text for text in explorer.figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert texts
    for text in texts:
        ground, colour = behind(text, explorer.figure, renderer), np.array(to_rgba(text.get_color())[:3])
        if ground is None:
            continue
        for name, (one, other) in {'light': (colour, ground), 'dark': (negative(colour), negative(ground))}.items():
            assert contrast(one, other) >= LEAST, f'{text.get_text()!r} on a {name} page: {contrast(one, other):.2f}'
