"""The controls of an explorer, declared as data: what a learner can move, in what unit and between what limits."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

import ipywidgets as W
from traitlets import CFloat, CInt, TraitType

WHOLE_LABEL = {'description_width': 'auto'}
"""The style of a control whose label is as wide as its words."""

Value = float | str
"""What a control can be set to: a slider to a number, a menu to one of its options."""

Values = dict[str, Value | None]
"""Values of controls by name; None for a control that does not apply."""

SomeWidget = TypeVar('SomeWidget', bound=W.Widget)


@dataclass(frozen=True)
class Slider:
    """A number that can be moved between two limits.

    It is a whole number if the default, the limits and the step all are.

    Args:
        label: name of the quantity, in words.
        value: default value.
        low, high: lowest and highest value.
        step: distance between neighbouring values; on a logarithmic scale, in decades.
        unit: unit, shown behind the number; empty for a pure number.
        symbol: letter or parameter name of the quantity.
        scale: 'linear' or 'log'.
        help: one sentence about what the quantity does.
        one: the unit behind the number 1, where it differs: `vector` for `vectors`.
        words: function (value) -> the value in words, such as '1 day' for 86,400 s, shown behind number and unit.

    Raises:
        ValueError: if the scale is unknown, the step is not positive, the limits are in the wrong order, the default lies
            outside them or between two steps, or a logarithmic scale reaches zero.
    """

    label: str
    value: float
    low: float
    high: float
    step: float
    unit: str = ''
    symbol: str = ''
    scale: str = 'linear'
    help: str = ''
    one: str = ''
    words: Callable[[float], str] | None = None

    def __post_init__(self) -> None:
        if self.scale not in ('linear', 'log'):
            raise ValueError(f"{self.label}: scale = {self.scale!r}: must be 'linear' or 'log'")
        if not self.step > 0:
            raise ValueError(f'{self.label}: step = {self.step}: must be positive')
        if not self.low < self.high:
            raise ValueError(f'{self.label}: low = {self.low}: must be below high = {self.high}')
        if self.scale == 'log' and not self.low > 0:
            raise ValueError(f'{self.label}: low = {self.low}: must be positive on a logarithmic scale')
        self.check(self.value)
        if not self.is_on_step(self.value):
            raise ValueError(f'{self.label} = {self.value}: must be a whole number of steps of {self.step} '
                             f'{"decades " if self.scale == "log" else ""}above low = {self.low}')

    def is_on_step(self, value: float) -> bool:
        """Return whether a value can be reached from the lower limit in whole steps."""
        steps = (math.log10(value / self.low) if self.scale == 'log' else value - self.low) / self.step
        return abs(steps - round(steps)) < 1e-6

    @property
    def is_whole(self) -> bool:
        """Whether the slider moves in whole numbers."""
        return self.scale == 'linear' and all(isinstance(x, int) for x in (self.value, self.low, self.high, self.step))

    @property
    def format(self) -> str:
        """How to write a value: with as many decimals as the step, or three significant digits on a logarithmic scale."""
        if self.scale == 'log':
            return '.3g'
        return 'd' if self.is_whole else f'.{max(0, -Decimal(str(self.step)).as_tuple().exponent)}f'

    def readout_format(self, value: float) -> str:
        """Return how the slider writes a value; one between two steps, as in some presets, gets up to six decimals."""
        if self.scale == 'log' or self.is_on_step(value):
            return self.format
        return f'.{max(0, -Decimal(str(round(value, 6))).as_tuple().exponent)}f'

    def check(self, value: Value) -> None:
        """Raise a ValueError if the slider cannot be set to a value."""
        slack = 1e-9 if self.scale == 'log' else 0.0  # ten to the power of the logarithm of a limit may lie just beyond it
        if isinstance(value, (bool, str)) or not self.low * (1 - slack) <= value <= self.high * (1 + slack):
            raise ValueError(f'{self.label} = {value!r}: must be a number from {self.low} to {self.high}')
        if self.is_whole and value != int(value):
            raise ValueError(f'{self.label} = {value!r}: must be a whole number')

    def text(self, value: float) -> str:
        """Return a value with its unit, as text."""
        return f'{value:{self.format}} {self.beside(value)}'.strip()

    def beside(self, value: float) -> str:
        """Return what stands behind the number: its unit, and the value in words if there are any."""
        unit = self.one if self.one and f'{value:{self.format}}' == '1' else self.unit
        return f'{unit} = {self.words(value)}' if self.words else unit

    def widget(self) -> W.FloatSlider | W.FloatLogSlider | W.IntSlider:
        """Make the slider."""
        look = dict(description=label_of(self), readout_format=self.format, value=self.value, style=WHOLE_LABEL)
        if self.scale == 'log':
            slider = FloatLogSlider(min=math.log10(self.low), max=math.log10(self.high), step=self.step, **look)
        else:
            kind = IntSlider if self.is_whole else FloatSlider
            slider = kind(min=self.low, max=self.high, step=self.step, **look)
        return with_tooltip(slider, self.help or self.label)


@dataclass(frozen=True)
class Choice:
    """A choice between several named options.

    Args:
        label: what is chosen, in words.
        value: default option.
        options: names to choose from.
        help: one sentence about the choice.
        symbol: as for a `Slider`.

    Raises:
        ValueError: if the default is not among the options.
    """

    label: str
    value: str
    options: tuple[str, ...]
    help: str = ''
    symbol: str = ''

    def __post_init__(self) -> None:
        self.check(self.value)

    def check(self, value: Value) -> None:
        """Raise a ValueError if a value is not among the options."""
        if value not in self.options:
            raise ValueError(f'{self.label} = {value!r}: must be one of {", ".join(map(repr, self.options))}')

    def text(self, value: str) -> str:
        """Return a value as text."""
        return str(value)

    def beside(self, value: Value) -> str:
        """Return what stands behind the menu: nothing."""
        return ''

    def widget(self) -> W.Dropdown:
        """Make the menu."""
        menu = W.Dropdown(options=list(self.options), value=self.value, description=label_of(self), style=WHOLE_LABEL)
        return with_tooltip(menu, self.help or self.label)


def without_echo(kind: type[W.Widget], value: TraitType) -> type[W.Widget]:
    """Return a kind of slider that does not send back to the browser what has just come from it: a message less per move."""
    return type(kind.__name__, (kind,), {'value': value.tag(sync=True, echo_update=False), '__doc__': kind.__doc__})


FloatSlider = without_echo(W.FloatSlider, CFloat())
FloatLogSlider = without_echo(W.FloatLogSlider, CFloat(1.0))
IntSlider = without_echo(W.IntSlider, CInt())


def label_of(control: Slider | Choice) -> str:
    """Return the label of a control: its name in words and, in parentheses, its symbol."""
    return f'{control.label} ({control.symbol})' if control.symbol else control.label


def with_tooltip(widget: SomeWidget, text: str) -> SomeWidget:
    """Give a widget a tooltip, under the name that ipywidgets 8 or 7 has for it, if any."""
    for name in ('tooltip', 'description_tooltip'):
        if widget.has_trait(name):
            setattr(widget, name, text)
            break
    return widget
