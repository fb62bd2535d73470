"""The frame of a set of axes: what lies beneath everything that moves, and what it depends on.

It consists of the background, the grid, the ticks with their labels, the names of the axes, the legends that `beneath` has
put there, and the artists that a view has put there by their zorder (`STILL`). The titles belong to it as well.
"""

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

STILL = 0.9
"""Lines, areas and texts belong to the frame up to this zorder; by default they all lie above it."""


def beneath(figure: Figure) -> None:
    """Put the ticks and grids of a figure, and the legends that have no box, beneath the curves, where the frame is."""
    for axes in figure.axes:
        axes.set_axisbelow(True)
        legend = axes.get_legend()
        if legend and not legend.get_frame_on():
            legend.set_zorder(0.6)


def split(figure: Figure) -> tuple[dict[Axes, list[Artist]], list[Artist]]:
    """Return the artists in the frame of each set of axes, and all other artists in the order in which they are drawn."""
    frames: dict[Axes, list[Artist]] = {}
    contents: list[Artist] = []
    for artist in in_order(figure):
        if not isinstance(artist, Axes) or any(artist.bbox.overlaps(axes.bbox) for axes in frames):
            contents.append(artist)  # also axes that lie on top of others, because their background hides contents
        else:
            frames[artist], above = split_axes(artist)
            contents += above
    return frames, contents


def split_axes(axes: Axes) -> tuple[list[Artist], list[Artist]]:
    """Return the artists in the frame of axes, except for the titles, and the artists above them."""
    if not axes.get_visible():
        return [], []
    hidden = set() if axes.axison and axes.get_frame_on() else set(axes.spines.values())
    titles = titles_of(axes)
    artists = [artist for artist in in_order(axes) if artist not in hidden and artist not in titles
               and (axes.axison or not isinstance(artist, Axis))]
    height = next((height for height, artist in enumerate(artists) if not is_still(artist)), len(artists))
    return artists[:height], artists[height:]


def is_still(artist: Artist) -> bool:
    """Return whether an artist belongs to the frame, provided that nothing beneath it moves."""
    return (isinstance(artist, Axis) or is_fixed_legend(artist)
            or is_simple(artist) and artist.zorder <= STILL)


def is_simple(artist: Artist) -> bool:
    """Return whether an artist has no parts that could change without its noticing."""
    return isinstance(artist, (Line2D, Patch, Collection, Text))


def titles_of(axes: Axes) -> list[Text]:
    """Return the texts of the three titles of axes."""
    texts = set(axes.texts)
    return [artist for artist in axes.get_children() if isinstance(artist, Text) and artist not in texts]


def texts_of_frame(axes: Axes) -> list[Text]:
    """Return the titles of axes, and the texts of their legend if there is a visible one."""
    legend = axes.get_legend()
    return [*titles_of(axes), *(legend.get_texts() if legend and legend.get_visible() else ())]


def is_fixed_legend(artist: Artist) -> bool:
    """Return whether an artist is a legend whose place does not depend on the curves."""
    return isinstance(artist, Legend) and getattr(artist, '_loc', 0) != 0


def in_order(parent: Figure | Axes) -> list[Artist]:
    """Return all artists of a figure or of axes except for the background, in the order in which they are drawn."""
    return sorted((artist for artist in parent.get_children() if artist is not parent.patch),
                  key=lambda artist: artist.zorder)


def state_of_axes(axes: Axes, artists: list[Artist]) -> list[object]:
    """Return everything that the frame of axes depends on: its artists, and the titles, whose height is found with it."""
    # The limits come first: asking for them scales the axes, if that has not been done yet.
    limits = [axis.get_view_interval().tolist() for axis in axes.get_children() if isinstance(axis, Axis)
              if axis.get_visible() or depends_on(axis, artists)]
    texts = [state_of_text(text) for text in texts_of_frame(axes)]
    return [artists, limits, texts, axes.get_visible(), axes.axison, axes.get_frame_on(), axes.get_facecolor(),
            axes.get_zorder(), axes.get_position().bounds,
            *(state_of_axis(axis) for axis in axes.get_children() if isinstance(axis, Axis))]


def depends_on(axis: Axis, artists: list[Artist]) -> bool:
    """Return whether the limits of an axis that is not drawn itself may decide the place of anything in a frame."""
    axes = axis.axes
    displaced = any(spine.get_position() != ('outward', 0.0) for spine in axes.spines.values())  # ticks move with them
    if displaced or axis not in (axes.xaxis, axes.yaxis):
        return True
    which = 0 if axis is axes.xaxis else 1
    return any(isinstance(artist, (Text, Collection))  # whose place may depend on more than their transform
               or artist.get_transform().contains_branch_seperately(axes.transData)[which]
               for artist in artists if is_simple(artist))


def state_of_axis(axis: Axis) -> list[object]:
    """Return everything that the drawing of ticks, grid and labels depends on, except for the limits."""
    return [axis.get_visible(), axis.get_zorder(), axis.get_scale(), axis.get_major_locator(), axis.get_major_formatter(),
            axis.get_minor_locator(), axis.get_minor_formatter(), axis.get_tick_params('major'),
            axis.get_tick_params('minor'), axis.get_label_position(), axis.labelpad, state_of_text(axis.label)]


def state_of_text(text: Text) -> list[object]:
    """Return what the drawing of a text depends on, except for its place."""
    return [text.get_text(), text.get_color(), text.get_visible(), text.get_rotation(), text.get_fontproperties().copy()]
