"""Drawing a figure again and again: what stays is kept as pixels, what moves is drawn on top of it."""

from weakref import WeakSet

import numpy as np

from aihwlab.widgets.frame import is_simple, split, state_of_axes
from aihwlab.widgets.png import png_file


class Picture:
    """A figure as a PNG file in memory, of which the frames of the axes are drawn only when they change.

    Frames take most of the time. Each is drawn on an empty figure, and kept: its pixels are those that are not empty then.
    A frame is drawn anew when limits, scales, ticks, labels, titles or sizes of its axes have changed; all that is not in
    frames (see `aihwlab.widgets.frame`) is drawn each time.

    Args:
        figure: figure with a canvas of matplotlib's Agg renderer.

    Attributes:
        frames: how many times frames were drawn.
    """

    def __init__(self, figure):
        self.figure, self.frames = figure, 0
        self._moving = WeakSet()
        self._forget()

    def png(self, compress_level=1):
        """Draw the figure, and return it as the bytes of a PNG file."""
        self.draw()
        return png_file(np.asarray(self.figure.canvas.buffer_rgba()), compress_level)

    def draw(self):
        """Draw the figure into the memory of its canvas."""
        look = self.figure.bbox.size.tolist(), self.figure.get_facecolor()
        if look != self._look:
            self._forget()
            self._look = look
        # Artists of the frames that have changed since they were drawn are expected to change again.
        self._moving.update(artist for still in self._still.values() for artist in still
                            if is_simple(artist) and artist.stale)
        still, contents = split(self.figure, self._moving)
        if still != self._still or self._states != {axes: state_of_axes(axes) for axes in still}:
            self._draw_frames(still, contents)
        else:
            self._pixels[:] = self._frame
        renderer = self.figure.canvas.get_renderer()
        for artist in contents:
            artist.draw(renderer)

    def _forget(self):
        self._look = self._empty = self._frame = None
        self._still, self._states, self._layers = {}, {}, {}

    @property
    def _pixels(self):
        """The memory of the canvas, a number for each pixel, [rows, columns]."""
        return np.asarray(self.figure.canvas.buffer_rgba()).view(np.uint32)[..., 0]

    def _draw_frames(self, still, contents):
        """Draw those frames that have changed, and put all of them together."""
        if self._empty is None:
            self._empty = self._drawn_without([*still, *contents])
        for axes in still:
            if still[axes] != self._still.get(axes) or state_of_axes(axes) != self._states.get(axes):
                self._layers[axes] = self._drawn_without([other for other in (*still, *contents) if other is not axes])
        # The states after drawing, which may move axes of a fixed aspect.
        self._still, self._states = still, {axes: state_of_axes(axes) for axes in still}
        self._frame = self._empty.copy()
        for axes in still:
            np.copyto(self._frame, self._layers[axes], where=self._layers[axes] != self._empty)
        self._pixels[:] = self._frame
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
