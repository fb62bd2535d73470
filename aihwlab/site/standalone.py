"""An explorer without a notebook: its controls as data and its picture as a file, for a page that draws sliders itself."""

import inspect
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from aihwlab import widgets
from aihwlab.widgets import Explorer, Slider
from aihwlab.widgets.controls import Choice, Value, label_of


class Standalone:
    """An explorer that is asked and answers in JSON.

    Args:
        name: of a class of explorers in `aihwlab.widgets`.
        start: values to open with, by the names of the controls, as texts; those that the explorer cannot have are left out.

    Raises:
        KeyError: for a name that is none of `explorers`.
    """

    def __init__(self, name: str, start: Mapping[str, str] | None = None) -> None:
        self.explorer = explorers()[name]()
        self.opening = dict(self.explorer.values)
        for control, text in (start or {}).items():
            if control in self.explorer.declared:
                self.move(control, text)

    def move(self, name: str, text: str) -> None:
        """Move a control to what a page says in words, if it can be moved there; the sentence says why not."""
        declared = self.explorer.declared[name]
        value: Value = text
        if isinstance(declared, Slider):
            number = float(text)
            value = round(number) if declared.is_whole else min(max(number, declared.low), declared.high)
        self.explorer.answer(name, value)

    def controls(self) -> str:
        """Return the controls, in order."""
        return json.dumps([{'name': name, **facts(control)} for name, control in self.explorer.declared.items()])

    def state(self) -> str:
        """Return the picture, the sentence, and for each control its value, how it is written, and whether it applies."""
        explorer = self.explorer
        shown = {}
        for name, control in explorer.declared.items():
            widget = explorer.controls[name]
            shown[name] = {'value': widget.value, 'text': control.text(widget.value), 'disabled': widget.disabled,
                           'opening': widget.value == self.opening[name]}
        sentence = explorer.text if explorer.error is None else f'No picture for these settings: {explorer.error}'
        return json.dumps({'picture': bytes(explorer.picture.value).decode(), 'sentence': sentence, 'controls': shown})


def facts(control: Slider | Choice) -> dict[str, Any]:
    """Return what a page needs to know of a control."""
    words = {'label': label_of(control), 'help': control.help}
    if isinstance(control, Choice):
        return {**words, 'options': control.options}
    scale = math.log10 if control.scale == 'log' else float
    return {**words, 'low': scale(control.low), 'high': scale(control.high), 'step': control.step, 'scale': control.scale}


def explorers() -> dict[str, Callable[..., Explorer]]:
    """Return the explorers that open without being given anything, by name."""
    classes = {name: getattr(widgets, name) for name in widgets.__all__ if name not in widgets.WITH_TORCH}
    return {name: kind for name, kind in classes.items()
            if isinstance(kind, type) and issubclass(kind, Explorer) and kind is not Explorer and opens_alone(kind)}


def opens_alone(kind: type[Explorer]) -> bool:
    """Return whether all arguments of a class have defaults."""
    return all(each.default is not each.empty or each.kind is each.VAR_KEYWORD
               for each in inspect.signature(kind).parameters.values())
