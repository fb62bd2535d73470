"""Controls of an explorer, declared as data: what a learner can move, in which unit and within which limits."""

import math
from dataclasses import dataclass
from decimal import Decimal

import ipywidgets as W
from traitlets import CFloat, CInt

WIDTH = '560px'
LABEL_WIDTH = '330px'


@dataclass(frozen=True)
class Slider:
    """A number that can be moved between two limits.

    It is a whole number if default, limits and step are.

    Args:
        label: the name of the quantity in words.
        value: default.
        low, high: limits, included.
        step: distance of neighbouring values; with a logarithmic scale, in decades.
        unit: unit, shown behind the name; empty for a pure number.
        symbol: the letter or parameter name of the quantity.
        scale: 'linear' or 'log'.
        help: one sentence about what the quantity does.

    Raises:
        ValueError: for an unknown scale, a step that is not positive, limits in the wrong order, a default outside of
            them or between two steps, or a logarithmic scale that reaches zero.
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

    def __post_init__(self):
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

    def is_on_step(self, value):
        """Whether a value is reached by steps from the lower limit."""
        steps = (math.log10(value / self.low) if self.scale == 'log' else value - self.low) / self.step
        return abs(steps - round(steps)) < 1e-6

    @property
    def is_whole(self):
        """Whether the slider moves in whole numbers."""
        return self.scale == 'linear' and all(isinstance(x, int) for x in (self.value, self.low, self.high, self.step))

    @property
    def format(self):
        """How to write a value: with the digits of the step, or three significant ones on a logarithmic scale."""
        if self.scale == 'log':
            return '.3g'
        return 'd' if self.is_whole else f'.{max(0, -Decimal(str(self.step)).as_tuple().exponent)}f'

    def readout_format(self, value):
        """How the slider writes a value: one between two steps, as presets may have, with all digits up to six."""
        if self.scale == 'log' or self.is_on_step(value):
            return self.format
        return f'.{max(0, -Decimal(str(round(value, 6))).as_tuple().exponent)}f'

    def check(self, value):
        """Raise ValueError if the slider cannot stand at a value."""
        slack = 1e-9 if self.scale == 'log' else 0.0  # a power of ten of the logarithm of a limit may lie beyond it
        if isinstance(value, (bool, str)) or not self.low * (1 - slack) <= value <= self.high * (1 + slack):
            raise ValueError(f'{self.label} = {value!r}: must be a number from {self.low} to {self.high}')
        if self.is_whole and value != int(value):
            raise ValueError(f'{self.label} = {value!r}: must be a whole number')

    def text(self, value):
        """Write a value with its unit."""
        return f'{value:{self.format}} {self.unit}'.strip()

    def widget(self):
        """Make the slider."""
        look = dict(description=label_of(self), readout_format=self.format, value=self.value,
                    style={'description_width': LABEL_WIDTH}, layout=W.Layout(width=WIDTH, max_width='100%'))
        if self.scale == 'log':
            slider = FloatLogSlider(min=math.log10(self.low), max=math.log10(self.high), step=self.step, **look)
        else:
            kind = IntSlider if self.is_whole else FloatSlider
            slider = kind(min=self.low, max=self.high, step=self.step, **look)
        return with_tooltip(slider, self.help or self.label)


@dataclass(frozen=True)
class Choice:
    """One of several named possibilities.

    Args:
        label: what is chosen, in words.
        value: default.
        options: the names to choose from.
        help: one sentence about the choice.

    Raises:
        ValueError: if the default is not among the options.
    """

    label: str
    value: str
    options: tuple
    help: str = ''
    unit: str = ''
    symbol: str = ''

    def __post_init__(self):
        self.check(self.value)

    def check(self, value):
        """Raise ValueError if a value is not among the options."""
        if value not in self.options:
            raise ValueError(f'{self.label} = {value!r}: must be one of {", ".join(map(repr, self.options))}')

    def text(self, value):
        """Write a value."""
        return str(value)

    def widget(self):
        """Make the menu."""
        menu = W.Dropdown(options=list(self.options), value=self.value, description=label_of(self),
                          style={'description_width': LABEL_WIDTH}, layout=W.Layout(width=WIDTH, max_width='100%'))
        return with_tooltip(menu, self.help or self.label)


def without_echo(kind, value):
    """Return a kind of slider that does not repeat to the browser what that has just said: a message less at each move."""
    return type(kind.__name__, (kind,), {'value': value.tag(sync=True, echo_update=False), '__doc__': kind.__doc__})


FloatSlider = without_echo(W.FloatSlider, CFloat())
FloatLogSlider = without_echo(W.FloatLogSlider, CFloat(1.0))
IntSlider = without_echo(W.IntSlider, CInt())


def label_of(control):
    """Write the label of a control: name, symbol and, in parentheses, the unit."""
    unit = f'({control.unit})' if control.unit else ''
    return ' '.join(part for part in (control.label, control.symbol, unit) if part)


def with_tooltip(widget, text):
    """Give a widget a tooltip, by the name that ipywidgets 8 or 7 has for it, if it has one."""
    for name in ('tooltip', 'description_tooltip'):
        if widget.has_trait(name):
            setattr(widget, name, text)
            break
    return widget
