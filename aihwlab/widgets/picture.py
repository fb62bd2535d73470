"""Drawing a figure again and again: what stays is kept as pixels, and what moves is drawn on top of it."""

import io
from itertools import chain
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from aihwlab.widgets.frame import is_simple, split, state_of_axes

KEPT = 8
"""Number of frames kept for each set of axes: a learner who goes back and forth waits only once for each of them."""


class Picture:
    """A figure as a picture file in memory; the frames of its axes are drawn only when they change.

    Frames take most of the time. Each is drawn on a figure that is otherwise empty, and the pixels that it has changed are
    kept. When limits, scales, ticks, labels, titles or sizes of axes have changed, or an artist in their frame, that frame
    is looked up among those kept, or drawn anew; everything outside the frames (see `aihwlab.widgets.frame`) is drawn each
    time. Changes within a locator or formatter, to single tick labels and to the padding of titles go unnoticed.

    Args:
        figure: figure with a canvas of matplotlib's Agg renderer.

    Attributes:
        frames: how many times frames have been drawn.
    """

    def __init__(self, figure: Figure) -> None:
        self.figure, self.frames = figure, 0
        self._forget()

    def file(self, kind: str, ratio: int = 1, **options: Any) -> bytes:
        """Draw the figure, and return it as the bytes of a file.

        Args:
            kind: a kind of file that Pillow writes.
            ratio: how many times as many pixels it has in each direction as the figure.
            options: of that kind of file.
        """
        if ratio == 1:
            self.draw()
            return self._written(kind, options)
        usual = self.figure.dpi
        self.figure.dpi = ratio * usual
        try:
            self.figure.canvas.draw()
            return self._written(kind, options)
        finally:
            self.figure.dpi = usual

    def _written(self, kind, options):
        """Return what the canvas holds, as the bytes of a file."""
        buffer = io.BytesIO()
        Image.fromarray(np.asarray(self.figure.canvas.buffer_rgba())).convert('RGB').save(buffer, kind, **options)
        return buffer.getvalue()

    def draw(self) -> None:
        """Draw the figure into the memory of its canvas."""
        look = self.figure.bbox.size.tolist(), self.figure.get_facecolor()
        if look != self._look:
            self._forget()
            self._look = look
        frames, contents = split(self.figure)
        self._kept = {axes: kept for axes, kept in self._kept.items() if axes in frames}
        layers = {axes: self._kept_layer(axes, artists) for axes, artists in frames.items()}
        missing = [axes for axes, layer in layers.items() if layer is None]
        if missing or self._empty is None:
            layers.update(self._draw_frames(missing, frames, contents))
        pixels = self._pixels
        pixels[:] = self._empty
        for places, colours in layers.values():
            pixels[places] = colours
        renderer = self.figure.canvas.get_renderer()
        for artist in contents:
            artist.draw(renderer)

    def _forget(self):
        self._look = self._empty = None
        self._kept = {}

    @property
    def _pixels(self):
        """The memory of the canvas, one number for each pixel."""
        return np.asarray(self.figure.canvas.get_renderer().buffer_rgba()).view(np.uint32).reshape(-1)

    def _kept_layer(self, axes, artists):
        """Return the layer of the frame of axes as it is now, or None if it has to be drawn."""
        state = state_of_axes(axes, artists)
        kept = self._kept.get(axes, [])
        if any(artist.stale for artist in artists if is_simple(artist)) or any(old[0] != artists for old, _ in kept):
            kept.clear()
        return next((layer for old, layer in kept if old == state), None)

    def _draw_frames(self, missing, frames, contents):
        """Draw the frames of some axes; return their layers: positions and colours of the pixels that are not empty."""
        if self._empty is None:
            self._empty = self._drawn_without([*frames, *contents])
        layers = {}
        for axes in missing:
            pixels = self._drawn_without([other for other in (*frames, *contents) if other is not axes])
            places = np.flatnonzero(pixels != self._empty).astype(np.int32)
            layers[axes] = places, pixels[places]
        for axes, layer in layers.items():
            # The state after drawing, because drawing may move axes with a fixed aspect.
            self._kept[axes] = [(state_of_axes(axes, frames[axes]), layer), *self._kept.get(axes, ())][:KEPT]
        for artist in filter(is_simple, chain(*frames.values())):
            artist.stale = False  # matplotlib leaves it True for what cannot be seen
        self.frames += 1
        return layers

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
