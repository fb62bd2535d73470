"""Play, one step, and how fast: buttons that move a slider of an explorer by themselves."""

from typing import Any

import ipywidgets as W

from aihwlab.widgets.controls import Slider
from aihwlab.widgets.layout import NARROW

FRAME = 40
"""Time between two frames, ms: 25 in a second."""

SPEEDS = {'slow': (4, 1), 'normal': (1, 1), 'fast': (1, 4)}
"""Names of speeds: how many times as long a frame stays, and how many steps of the slider it moves on."""


class Player(W.HBox):
    """Moves one slider of an explorer through its range; the pictures follow as if a reader had moved it.

    Args:
        explorer: the explorer (`aihwlab.widgets.explorer.Explorer`).
        name: the name of the slider, which has a linear scale.

    Attributes:
        play: the buttons that play, pause and stop; its value counts steps of the slider.
        step, speed: the button for a single step, and the menu.
    """

    def __init__(self, explorer: Any, name: str) -> None:
        self.explorer, self.name = explorer, name
        self.slider: Slider = explorer.declared[name]
        self.play = W.Play(min=0, max=round((self.slider.high - self.slider.low) / self.slider.step), interval=FRAME)
        self.step = W.Button(description='Step', icon='step-forward', tooltip='Go on by one step', layout=NARROW)
        self.speed = W.Dropdown(options=list(SPEEDS), value='normal', layout=NARROW)
        self.step.on_click(lambda _: self.go_on())
        self.speed.observe(lambda _: self._set_speed(), 'value')
        self.play.observe(lambda change: self.go_to(change['new']), 'value')
        explorer.controls[name].observe(lambda _: self._follow(), 'value')
        self._set_speed()
        self._follow()
        super().__init__([self.play, self.step, self.speed])

    def go_to(self, count: int) -> None:
        """Move the slider to a number of steps above its lower end."""
        value = self.slider.low + count * self.slider.step
        value = int(value) if self.slider.is_whole else round(value, 9)
        with self.explorer.moving:
            if self.explorer.values[self.name] != value:
                self.explorer.answer(self.name, value)

    def go_on(self) -> None:
        """Move the slider on by a step; from its upper end, begin again."""
        self.play.value = 0 if self.play.value == self.play.max else self.play.value + 1

    def _set_speed(self):
        frames, self.play.step = SPEEDS[self.speed.value]
        self.play.interval = frames * FRAME

    def _follow(self):
        """Go on from where a reader has put the slider."""
        value = self.explorer.controls[self.name].value
        count = round((value - self.slider.low) / self.slider.step)
        if abs(self.play.value - count) > self.play.step:
            self.play.value = count
