"""Drawing a figure again and again: what stays is kept as pixels, what moves is drawn on top of it."""

import io

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.legend import Legend
from matplotlib.text import Text
from PIL import Image


class Picture:
    """A figure as a PNG file in memory, of which the frame is drawn only when it changes.

    The frame, which takes most of the time, is what lies beneath everything else: background, grid, ticks and their labels,
    names of the axes, legends if `beneath` has put them there; and the titles. It is drawn anew when limits, scales, ticks,
    labels, titles or sizes have changed; all the rest is drawn each time.

    Args:
        figure: figure with a canvas of matplotlib's Agg renderer.

    Attributes:
        frames: how many times the frame was drawn.
    """

    def __init__(self, figure):
        self.figure, self.frames = figure, 0
        self._frame = self._state = None

    def png(self, compress_level=1):
        """Draw the figure, and return it as the bytes of a PNG file."""
        self.draw()
        canvas, buffer = self.figure.canvas, io.BytesIO()
        image = Image.frombuffer('RGBA', canvas.get_width_height(), canvas.buffer_rgba(), 'raw', 'RGBA', 0, 1)
        image.convert('RGB').save(buffer, 'png', compress_level=compress_level)
        return buffer.getvalue()

    def draw(self):
        """Draw the figure into the memory of its canvas."""
        if self._frame is None or self._state != state_of(self.figure):
            self._draw_frame()
        else:
            self.figure.canvas.restore_region(self._frame)
        renderer = self.figure.canvas.get_renderer()
        for artist in contents_of(self.figure):
            artist.draw(renderer)

    def _draw_frame(self):
        """Draw all but the contents, and keep the pixels."""
        contents = {artist: artist.get_animated() for artist in contents_of(self.figure)}
        for artist in contents:
            artist.set_animated(True)
        try:
            self.figure.canvas.draw()
        finally:
            for artist, animated in contents.items():
                artist.set_animated(animated)
        self._frame = self.figure.canvas.copy_from_bbox(self.figure.bbox)
        self._state = state_of(self.figure)
        self.frames += 1


def beneath(figure):
    """Put the axes of a figure, and legends that have no box, beneath the curves, where the frame is."""
    for axes in figure.axes:
        axes.set_axisbelow(True)
        legend = axes.get_legend()
        if legend and not legend.get_frame_on():
            legend.set_zorder(0.6)


def contents_of(figure):
    """Return the artists above the frame of a figure, in the order in which they are drawn."""
    contents, below = [], []
    for artist in in_order(figure):
        if not isinstance(artist, Axes) or any(artist.bbox.overlaps(axes.bbox) for axes in below):
            contents.append(artist)  # axes that lie upon others too, since their background hides contents
        else:
            contents += contents_of_axes(artist)
            below.append(artist)
    return contents


def contents_of_axes(axes):
    """Return the artists above the frame of axes, in the order in which they are drawn."""
    if not axes.get_visible():
        return []
    hidden = set() if axes.axison and axes.get_frame_on() else set(axes.spines.values())
    artists = [artist for artist in in_order(axes) if artist not in hidden and (axes.axison or not isinstance(artist, Axis))]
    titles = titles_of(axes)
    artists = [artist for artist in artists if artist not in titles]
    while artists and (isinstance(artists[0], Axis) or is_fixed_legend(artists[0])):
        del artists[0]
    return artists


def titles_of(axes):
    """Return the texts of the three titles of axes."""
    return [artist for artist in axes.get_children() if isinstance(artist, Text) and artist not in axes.texts]


def texts_of_frame(axes):
    """Return the titles of axes and the texts of their legend, if that is in the frame."""
    legend = axes.get_legend()
    return [*titles_of(axes), *(legend.get_texts() if legend and legend.get_visible() else ())]


def is_fixed_legend(artist):
    """Whether an artist is a legend at a place that does not depend on the curves."""
    return isinstance(artist, Legend) and getattr(artist, '_loc', 0) != 0


def in_order(parent):
    """Return all artists of a figure or of axes but the background, in the order in which they are drawn."""
    return sorted((artist for artist in parent.get_children() if artist is not parent.patch),
                  key=lambda artist: artist.zorder)


def state_of(figure):
    """Return all that the frame of a figure depends on, for comparisons."""
    on_top = sum(isinstance(artist, (Axis, Legend)) for artist in contents_of(figure))
    return [on_top, figure.bbox.size.tolist(), figure.get_facecolor(), *map(state_of_axes, figure.axes)]


def state_of_axes(axes):
    """Return all that the frame of axes depends on, and the titles, whose height is found together with it."""
    # Limits first: asking for them scales the axes, if that is still to be done.
    limits = [axis.get_view_interval().tolist() for axis in axes.get_children() if isinstance(axis, Axis)]
    texts = [(text.get_text(), text.get_fontsize(), text.get_color(), text.get_visible()) for text in texts_of_frame(axes)]
    return [limits, texts, axes.get_visible(), axes.axison, axes.get_frame_on(), axes.get_facecolor(), axes.get_zorder(),
            axes.get_position().bounds, *(state_of_axis(axis) for axis in axes.get_children() if isinstance(axis, Axis))]


def state_of_axis(axis):
    """Return all that the drawing of ticks, grid and labels depends on, but for the limits."""
    label = axis.label
    return [axis.get_visible(), axis.get_zorder(), axis.get_scale(), axis.get_major_locator(), axis.get_major_formatter(),
            axis.get_minor_locator(), axis.get_minor_formatter(), axis.get_tick_params('major'),
            axis.get_tick_params('minor'), label.get_text(), label.get_color(), label.get_fontsize(), label.get_visible()]
