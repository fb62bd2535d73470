"""The frame of axes: what lies beneath all that moves, and what it depends on.

It consists of background, grid, ticks and their labels, names of the axes, legends if `beneath` has put them there, artists
that a view has put there by their zorder (`STILL`); and the titles.
"""

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

STILL = 0.9
"""Largest zorder of lines, areas and texts that belong to the frame; none of them has it by default."""


def beneath(figure):
    """Put the axes of a figure, and legends that have no box, beneath the curves, where the frame is."""
    for axes in figure.axes:
        axes.set_axisbelow(True)
        legend = axes.get_legend()
        if legend and not legend.get_frame_on():
            legend.set_zorder(0.6)


def split(figure):
    """Return the artists of the frame of each axes, and all other artists in the order in which they are drawn."""
    frames, contents = {}, []
    for artist in in_order(figure):
        if not isinstance(artist, Axes) or any(artist.bbox.overlaps(axes.bbox) for axes in frames):
            contents.append(artist)  # axes that lie upon others too, since their background hides contents
        else:
            frames[artist], above = split_axes(artist)
            contents += above
    return frames, contents


def split_axes(axes):
    """Return the artists of the frame of axes, but for the titles, and the artists above them."""
    if not axes.get_visible():
        return [], []
    hidden = set() if axes.axison and axes.get_frame_on() else set(axes.spines.values())
    titles = titles_of(axes)
    artists = [artist for artist in in_order(axes) if artist not in hidden and artist not in titles
               and (axes.axison or not isinstance(artist, Axis))]
    height = next((height for height, artist in enumerate(artists) if not is_still(artist)), len(artists))
    return artists[:height], artists[height:]


def is_still(artist):
    """Whether an artist belongs to the frame if nothing that moves is beneath it."""
    return (isinstance(artist, Axis) or is_fixed_legend(artist)
            or is_simple(artist) and artist.zorder <= STILL)


def is_simple(artist):
    """Whether an artist has no parts that could change without its knowing."""
    return isinstance(artist, (Line2D, Patch, Collection, Text))


def titles_of(axes):
    """Return the texts of the three titles of axes."""
    texts = set(axes.texts)
    return [artist for artist in axes.get_children() if isinstance(artist, Text) and artist not in texts]


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


def state_of_axes(axes, artists):
    """Return all that the frame of axes depends on, its artists and the titles, whose height is found together with it."""
    # Limits first: asking for them scales the axes, if that is still to be done.
    limits = [axis.get_view_interval().tolist() for axis in axes.get_children() if isinstance(axis, Axis)
              if axis.get_visible() or depends_on(axis, artists)]
    texts = [state_of_text(text) for text in texts_of_frame(axes)]
    return [artists, limits, texts, axes.get_visible(), axes.axison, axes.get_frame_on(), axes.get_facecolor(),
            axes.get_zorder(), axes.get_position().bounds,
            *(state_of_axis(axis) for axis in axes.get_children() if isinstance(axis, Axis))]


def depends_on(axis, artists):
    """Whether anything in a frame may be placed by the limits of an axis that is not drawn itself."""
    axes = axis.axes
    displaced = any(spine.get_position() != ('outward', 0.0) for spine in axes.spines.values())  # and ticks with them
    if displaced or axis not in (axes.xaxis, axes.yaxis):
        return True
    which = 0 if axis is axes.xaxis else 1
    return any(isinstance(artist, (Text, Collection))  # which may be placed by more than their transform
               or artist.get_transform().contains_branch_seperately(axes.transData)[which]
               for artist in artists if is_simple(artist))


def state_of_axis(axis):
    """Return all that the drawing of ticks, grid and labels depends on, but for the limits."""
    return [axis.get_visible(), axis.get_zorder(), axis.get_scale(), axis.get_major_locator(), axis.get_major_formatter(),
            axis.get_minor_locator(), axis.get_minor_formatter(), axis.get_tick_params('major'),
            axis.get_tick_params('minor'), axis.get_label_position(), axis.labelpad, state_of_text(axis.label)]


def state_of_text(text):
    """Return what the drawing of a text depends on, but for its place."""
    return [text.get_text(), text.get_color(), text.get_visible(), text.get_rotation(), text.get_fontproperties().copy()]
