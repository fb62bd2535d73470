"""The explorer: move a control, and the picture of a model follows."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.figure import Figure

from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.panel import Panel, View
from aihwlab.widgets.player import Player

SLOW = 0.1
"""Seconds that a redraw may take before a slider is answered only on release."""


class Explorer(Panel):
    """Controls, a pure model and a picture of its result.

    To make your own explorer, you need three things: the model, a view with its artists, and the controls:

        TIME = np.linspace(0, 10, 500)                                             # s

        def oscillation(frequency, damping):
            return np.exp(-damping * TIME) * np.cos(2 * np.pi * frequency * TIME)  # mm

        class OscillationView:
            def __init__(self, figure):
                axes = figure.add_subplot(xlabel='time (s)', ylabel='displacement (mm)', ylim=(-1.1, 1.1))
                self.curves = axes.plot(TIME, 0 * TIME)

            def update(self, displacement):
                self.curves[0].set_ydata(displacement)

            def describe(self, values, displacement):
                return f"{values['frequency']:.2f} Hz: {displacement[-1]:.3f} mm are left after 10 s."

        Explorer(oscillation, OscillationView, {
            'frequency': Slider('frequency', 1.0, 0.0, 5.0, 0.05, unit='Hz', symbol='f'),
            'damping': Slider('damping', 0.3, 0.003, 3.0, 0.1, unit='1/s', symbol='d', scale='log')})

    A slider whose answer takes long is answered only when it is released, and meanwhile the panel says that it is computing.
    An error that the model raises after a learner's move is shown in place of the sentence; in the constructor and in `set`,
    it is raised.

    Args:
        model: pure function of the values of the controls, which are passed by name.
        view: function (figure) -> `View`.
        controls: controls by name.
        follow: for some controls, a function (value) -> values of other controls that go with it.
        figsize: width and height of the figure, inches.
        play: the name of a slider that buttons can move by themselves, or None.
        start: values to open with instead of the defaults.

    Attributes:
        result: what the model last returned.
        player: the buttons that move a slider, or None.
    """

    def __init__(self, model: Callable[..., Any], view: Callable[[Figure], View], controls: Mapping[str, Slider | Choice],
                 follow: Mapping[str, Callable[[Any], Values]] | None = None, figsize: tuple[float, float] = (7.6, 3.8),
                 play: str | None = None, **start: Value | None) -> None:
        super().__init__(view, controls, follow, figsize)
        self.model, self.result = model, None
        self.player = Player(self, play) if play else None
        if self.player:
            self.add(self.player)
        self._durations: dict[str, list[float]] = {name: [] for name in controls}
        self.start_with(**start)

    def close(self) -> None:
        """Close the explorer and all of its widgets; a film ends."""
        if vars(self).get('player'):
            self.player.end()
        super().close()

    def refresh(self) -> None:
        """Run the model and show its result."""
        values = self.values
        self.result = self.model(**values)
        self.show(self.result, values)

    def answer(self, name: str, value: Value) -> None:
        """Show the result after a learner has moved a control; if that takes long, say so, and wait for its release."""
        if self.is_slow(name):
            self.say('Computing ...')
        begin = time.perf_counter()
        super().answer(name, value)
        self._durations[name] = [*self._durations[name][-1:], time.perf_counter() - begin]
        if self.controls[name].has_trait('continuous_update'):
            self.controls[name].continuous_update = not self.is_slow(name)

    def is_slow(self, name: str) -> bool:
        """Return whether the last two answers to a control were too slow to follow its movement; one may be chance."""
        durations = self._durations[name]
        return len(durations) > 1 and min(durations) > SLOW
