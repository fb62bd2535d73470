"""Panels that show something long as it goes on: Start, Stop, and a bar that says how far it has come."""

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from math import ceil
from typing import Any, Protocol

import ipywidgets as W
from matplotlib.figure import Figure

from aihwlab.widgets.controls import Choice, Slider, Values
from aihwlab.widgets.layout import NARROW
from aihwlab.widgets.panel import Panel, View

INTERVAL = 0.2
"""Shortest time between two redraws, s."""

SHARE = 0.2
"""Largest share of the time that may be spent on drawing."""

FRAMES = 40
"""Largest number of redraws while a notebook waits for the end: programs that run notebooks lose messages beyond 1000."""


class Run(Protocol):
    """What goes on.

    Attributes:
        total: number of steps, such as batches.
        done: number of those that are over.
    """

    total: int

    @property
    def done(self) -> int:
        """Number of steps that are over."""

    def steps(self) -> Iterator[None]:
        """Go on to the end, and pause after each step: a generator."""


class LivePanel(Panel):
    """Press Start, and watch; Stop ends the run at the next step, and Pin keeps it to compare with.

    The run goes on between the events of the notebook, so that the controls can be moved meanwhile; they take effect at the
    next Start. `run()` does all of it at once and returns at the end. Subclasses provide `begin()`; `start_with` is called at
    the end of their constructor.

    Args:
        view, controls, follow, figsize: see `Panel`.
        doing: what it does, for the tooltip and the words after the controls have changed: 'train'.

    Attributes:
        result: the last run, or None.
        task: the run in progress, or None.
    """

    def __init__(self, view: Callable[[Figure], View], controls: Mapping[str, Slider | Choice],
                 follow: Mapping[str, Callable[[Any], Values]] | None, figsize: tuple[float, float], doing: str) -> None:
        self.result: Any = None
        self.used: Values | None = None
        self.task: asyncio.Task | None = None
        self.doing = doing
        self.start_button = W.Button(description='Start', icon='play', button_style='primary',
                                     tooltip=f'{doing.capitalize()} anew', layout=NARROW)
        self.stop_button = W.Button(description='Stop', icon='stop', tooltip='Stop at the next batch', disabled=True,
                                    layout=NARROW)
        self.start_button.on_click(lambda _: self.start())
        self.stop_button.on_click(lambda _: self.stop())
        self.progress = W.IntProgress(description='batches', layout=W.Layout(width='100%'))
        super().__init__(view, controls, follow, figsize, (self.start_button, self.stop_button), (self.progress,))

    @abstractmethod
    def begin(self, values: Values) -> Run:
        """Return a new run for values of the controls."""

    def run(self) -> Any:
        """Go to the end at once, and return the run."""
        self.stop()
        for _ in self.steps(frames=FRAMES):
            pass
        return self.result

    def start(self) -> None:
        """Begin a new run, which goes on between the events of the notebook.

        Raises:
            RuntimeError: outside a notebook, where nothing waits for events; use `run` there.
        """
        self.stop()
        self.task = asyncio.get_running_loop().create_task(self._go_on_between_events())

    def stop(self) -> None:
        """Stop at the next step; if nothing goes on, nothing happens."""
        if self.task is not None:
            self.task.cancel()
            self.task = None
            self._set_running(False)
            self.refresh()

    def close(self) -> None:
        """Close the panel and all of its widgets; a run stops at the next step."""
        if vars(self).get('task') is not None:
            self.task.cancel()
            self.task = None
        super().close()

    def reset(self) -> None:
        """Stop, forget the run, go back to the opening state and remove the grey ghosts."""
        self.stop()
        self.result = None
        super().reset()

    def steps(self, frames: int | None = None) -> Iterator[None]:
        """Begin a new run, pausing after each step: a generator.

        The picture is redrawn now and then, but at most `frames` times on the way, and once more at the end.
        """
        self._set_running(True)
        try:
            self.say('Getting ready ...')
            self.used = self.values
            self.result = self.begin(self.used)
            self.progress.max = self.result.total
            stride = 1 if frames is None else ceil(self.result.total / frames)
            due = 0.0
            for number, _ in enumerate(self.result.steps()):
                begin = time.perf_counter()
                if begin >= due and number % stride == 0:
                    self.refresh()
                    drawn = time.perf_counter()
                    due = drawn + max(INTERVAL, (drawn - begin) / SHARE)
                yield
            self.refresh()
        finally:
            self._set_running(False)

    async def _go_on_between_events(self):
        try:
            for _ in self.steps():
                await asyncio.sleep(0.001)
            self.task = None
        except Exception as error:  # the learner at the button should be able to read it
            self.error, self.task = error, None
            self.say_error(error)

    def _set_running(self, running):
        self.start_button.disabled, self.stop_button.disabled = running, not running

    def refresh(self) -> None:
        """Show how far the last run has come."""
        self.progress.value = 0 if self.result is None else self.result.done
        self.show(self.result, self.values)

    def show(self, result: Any, values: Values) -> None:
        """Make the artists show a run, and say what is seen, and whether the controls have changed since the run began."""
        super().show(result, values if result is None else self.used)
        if result is not None and values != self.used:
            self.say(f'{self.text} The controls have changed: press Start to {self.doing} with their new values.')
