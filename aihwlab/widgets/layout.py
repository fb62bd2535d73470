"""Where the parts of an explorer stand: controls in a column beside the picture, or above it where the page is narrow."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import ipywidgets as W

NARROW = {'width': 'auto'}
"""The layout of a button that is as wide as its words."""

IN_SIGHT = 4
"""Number of controls that are always in sight; any others are folded away."""


@cache
def style_sheet() -> str:
    """Return the rules of `panel.css`, as HTML."""
    return f'<style>{files("aihwlab.widgets").joinpath("panel.css").read_text(encoding="utf-8")}</style>'


def side(widgets: Sequence[W.Widget]) -> W.VBox:
    """Return the column of controls and buttons, from top to bottom."""
    return named(W.VBox(list(widgets)), 'side')


def body(side: W.VBox, shown: Sequence[W.Widget], width: float) -> W.Box:
    """Return what a reader moves and what it shows, side by side where both find room.

    Args:
        side: the column of controls.
        shown: the picture and what is said about it.
        width: of the picture at its full size, pixels.
    """
    look = W.HTML(f'{style_sheet()}<style>.aihwlab-{width:.0f} {{ --aihwlab-picture: {width:.0f}px }}</style>',
                  layout=W.Layout(display='none'))
    box = named(W.Box([side, named(W.VBox(list(shown)), 'shown'), look]), 'body')
    return named(box, f'{width:.0f}')


def arrange(controls: Mapping[str, W.Widget], words: Mapping[str, W.Widget]) -> list[W.Widget]:
    """Lay out controls with the words behind their values; those after the first four are folded away."""
    rows = [named(W.Box([widget, named(words[name], 'words')]), 'control') for name, widget in controls.items()]
    boxes = [named(W.Box(rows[:IN_SIGHT]), 'controls')]
    if len(rows) > IN_SIGHT:
        more = W.Accordion([named(W.Box(rows[IN_SIGHT:]), 'controls')], selected_index=None)
        more.set_title(0, 'More controls')
        boxes.append(more)
    return boxes


def named(widget: W.Widget, name: str) -> W.Widget:
    """Give a widget a class of our style sheet."""
    widget.add_class(f'aihwlab-{name}')
    return widget
