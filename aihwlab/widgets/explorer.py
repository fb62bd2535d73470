"""The explorer: move a control, and the picture of a model follows."""

import statistics
import time

from aihwlab.widgets.panel import Panel

SLOW = 0.1
"""Seconds that a redraw may take before sliders answer on release only."""


class Explorer(Panel):
    """Controls, a pure model and a picture of its result.

    An explorer of one's own takes three things: the model, a view with its artists, and the controls:

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

    A model that needs long is computed when a slider is released, and the panel says that it is computing. What a model
    raises after a learner's move is shown in place of the sentence; from the constructor and `set` it is raised.

    Args:
        model: pure function of the controls' values, given by name.
        view: function (figure) -> view, see `Panel`.
        controls: controls by name.
        follow: for some controls, a function (value) -> values of others that go with it.
        figsize: width and height of the figure, inches.
        start: values to open with instead of the defaults.

    Attributes:
        result: what the model returned last.
    """

    def __init__(self, model, view, controls, follow=None, figsize=(7.6, 3.8), **start):
        super().__init__(view, controls, follow, figsize)
        self.model, self.result = model, None
        self._durations = []
        self.start_with(**start)

    def refresh(self):
        """Compute the model and show its result."""
        begin = time.perf_counter()
        if self.is_slow:
            self.say('Computing ...')
        values = self.values
        self.result = self.model(**values)
        self.show(self.result, values)
        self._durations = [*self._durations[-4:], time.perf_counter() - begin]
        for widget in self.controls.values():
            if widget.has_trait('continuous_update'):
                widget.continuous_update = not self.is_slow

    @property
    def is_slow(self):
        """Whether the median of the last redraws was too slow to follow a moving slider; the first may be."""
        return len(self._durations) > 2 and statistics.median(self._durations) > SLOW
