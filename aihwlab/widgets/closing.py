"""Closing widgets with all that they are made of: ipywidgets keeps every widget until it is closed, each one by itself."""

from collections.abc import Iterator, Mapping
from typing import Any

import ipywidgets as W


def close_all(*values: Any) -> None:
    """Close all widgets that are among some values, in lists and dictionaries of these, or parts of such a widget."""
    for widget in list(widgets_of(values, set())):
        W.Widget.close(widget)


def widgets_of(value: Any, known: set[int]) -> Iterator[W.Widget]:
    """Yield all widgets in a value that are not known yet, children, layouts and styles included."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from widgets_of(item, known)
    elif isinstance(value, W.Widget) and id(value) not in known:
        known.add(id(value))
        yield value
        yield from widgets_of([getattr(value, name, None) for name in value.keys], known)
