"""Play, one step, and how fast: buttons that move a slider of an explorer by themselves."""

import asyncio
import time
from typing import Any

import ipywidgets as W

from aihwlab.widgets.controls import Slider
from aihwlab.widgets.layout import NARROW

FRAME = 0.04
"""Time between two pictures, s: 25 in a second."""

SPEEDS = {'slow': (4, 1), 'normal': (1, 1), 'fast': (1, 4)}
"""Names of speeds: how many times as long a picture stays, and by how many steps of the slider the next one is later."""


class Player(W.HBox):
    """Moves one slider of an explorer through its range, and shows a picture of each step.

    The pictures come from here, without waiting for the browser: asking for each would take longer than drawing it. While
    they run, the sentence under the picture rests, so that screen readers are not flooded.

    Args:
        explorer: the explorer (`aihwlab.widgets.explorer.Explorer`).
        name: the name of the slider, which has a linear scale.

    Attributes:
        play: the button that plays and pauses.
        step, speed: the button for a single step, and the menu.
        task: what plays, or None.
    """

    def __init__(self, explorer: Any, name: str) -> None:
        self.explorer, self.name = explorer, name
        self.slider: Slider = explorer.declared[name]
        self.task: asyncio.Task | None = None
        self.play = W.Button(layout=NARROW, button_style='primary')
        self.step = W.Button(description='Step', icon='step-forward', tooltip='Go on by one step', layout=NARROW)
        self.speed = W.Dropdown(options=list(SPEEDS), value='normal', layout=NARROW)
        self.play.on_click(lambda _: self.stop() if self.task else self.start())
        self.step.on_click(lambda _: self.go_on())
        self._show_state()
        super().__init__([self.play, self.step, self.speed])

    def start(self) -> None:
        """Play on from where the slider stands, or from the beginning if that is the end.

        Raises:
            RuntimeError: outside a notebook, where nothing waits for events.
        """
        self.stop()
        self.task = asyncio.get_running_loop().create_task(self.run())
        self._show_state()

    def stop(self) -> None:
        """Pause."""
        if self.task is not None:
            self.task.cancel()
            self._end()

    def end(self) -> None:
        """Stop without a word, because the explorer is closed."""
        if self.task is not None:
            self.task.cancel()
            self.task = None

    async def run(self) -> None:
        """Play to the end."""
        self.explorer.quiet = True
        while True:
            begin = time.monotonic()
            frames, steps = SPEEDS[self.speed.value]
            self.go_on(steps)
            if self._count == self._last or self.explorer.error is not None:
                break
            await asyncio.sleep(max(frames * FRAME - (time.monotonic() - begin), 0.001))
        self._end()

    def go_on(self, steps: int = 1) -> None:
        """Move the slider on; from its upper end, begin again."""
        count = 0 if self._count >= self._last else min(self._count + steps, self._last)
        value = self.slider.low + count * self.slider.step
        with self.explorer.moving:
            self.explorer.answer(self.name, int(value) if self.slider.is_whole else round(value, 9))

    @property
    def _last(self):
        """Number of steps between the ends of the slider."""
        return round((self.slider.high - self.slider.low) / self.slider.step)

    @property
    def _count(self):
        """Number of steps from the lower end to where the slider stands."""
        return round((self.explorer.controls[self.name].value - self.slider.low) / self.slider.step)

    def _end(self):
        self.task, self.explorer.quiet = None, False
        if self.explorer.error is None:
            self.explorer.speak()
        self._show_state()

    def _show_state(self):
        playing = self.task is not None
        self.play.description, self.play.icon = ('Pause', 'pause') if playing else ('Play', 'play')
        self.play.tooltip = 'Pause' if playing else 'Let it run'
