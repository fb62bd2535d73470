"""Drawing a figure again and again: what stays is kept as pixels, what moves is drawn on top of it."""

import io
from itertools import chain

import numpy as np
from PIL import Image

from aihwlab.widgets.frame import is_simple, split, state_of_axes


class Picture:
    """A figure as a picture file in memory, of which the frames of the axes are drawn only when they change.

    Frames take most of the time. Each is drawn on an empty figure, and kept: its pixels are those that are not empty then.
    A frame is drawn anew when limits, scales, ticks, labels, titles or sizes of its axes have changed, or an artist in it;
    all that is not in frames (see `aihwlab.widgets.frame`) is drawn each time.

    Args:
        figure: figure with a canvas of matplotlib's Agg renderer.

    Attributes:
        frames: how many times frames were drawn.
    """

    def __init__(self, figure):
        self.figure, self.frames = figure, 0
        self._forget()

    def file(self, kind, **options):
        """Draw the figure, and return it as the bytes of a file of a kind that Pillow writes, with options of that kind."""
        self.draw()
        buffer = io.BytesIO()
        Image.fromarray(np.asarray(self.figure.canvas.buffer_rgba())).convert('RGB').save(buffer, kind, **options)
        return buffer.getvalue()

    def draw(self):
        """Draw the figure into the memory of its canvas."""
        look = self.figure.bbox.size.tolist(), self.figure.get_facecolor()
        if look != self._look:
            self._forget()
            self._look = look
        frames, contents = split(self.figure)
        changed = [axes for axes, artists in frames.items() if self._states.get(axes) != state_of_axes(axes, artists)
                   or any(artist.stale for artist in artists if is_simple(artist))]
        if changed or frames.keys() != self._layers.keys():
            self._draw_frames(changed, frames, contents)
        self._pixels[:] = self._frame
        renderer = self.figure.canvas.get_renderer()
        for artist in contents:
            artist.draw(renderer)

    def _forget(self):
        self._look = self._empty = self._frame = None
        self._states, self._layers = {}, {}

    @property
    def _pixels(self):
        """The memory of the canvas, a number for each pixel, [rows, columns]."""
        return np.asarray(self.figure.canvas.buffer_rgba()).view(np.uint32)[..., 0]

    def _draw_frames(self, changed, frames, contents):
        """Draw those frames that have changed, and put all of them together."""
        if self._empty is None:
            self._empty = self._drawn_without([*frames, *contents])
        drawn = {axes: self._drawn_without([other for other in (*frames, *contents) if other is not axes])
                 for axes in changed}
        self._layers = {axes: drawn[axes] if axes in drawn else self._layers[axes] for axes in frames}
        # The states after drawing, which may move axes of a fixed aspect.
        self._states = {axes: state_of_axes(axes, artists) for axes, artists in frames.items()}
        for artist in filter(is_simple, chain(*frames.values())):
            artist.stale = False  # matplotlib leaves it true for what is not to be seen
        self._frame = self._empty.copy()
        for layer in self._layers.values():
            np.copyto(self._frame, layer, where=layer != self._empty)
        self.frames += 1

    def _drawn_without(self, artists):
        """Return the pixels of the figure without some of its artists."""
        animated = {artist: artist.get_animated() for artist in artists}
        for artist in artists:
            artist.set_animated(True)
        try:
            self.figure.canvas.draw()
        finally:
            for artist in artists:
                artist.set_animated(animated[artist])
        return self._pixels.copy()
