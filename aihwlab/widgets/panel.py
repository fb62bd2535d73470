"""What all explorers look like: controls and buttons above a picture, and a sentence that says what it shows."""

import base64
import html
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import ipywidgets as W
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.text import Text

from aihwlab.widgets.accessibility import PANEL_CLASS, names
from aihwlab.widgets.closing import close_all
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.frame import beneath
from aihwlab.widgets.grey import foot_of, ghost_of
from aihwlab.widgets.layout import NARROW, arrange, body, side
from aihwlab.widgets.picture import Picture
from aihwlab.widgets.rest import AfterRest
from aihwlab.widgets.style import DPI, PREDICTED, letters

LIVE = dict(kind='jpeg', quality=100, subsampling=0)
"""The picture while controls move: it takes a quarter of the time of a PNG, and no colour is off by more than 8 in 255."""

SHARP = dict(kind='png', compress_level=1, ratio=2)
"""The picture while controls rest, on screens with two pixels where others have one."""

SAVED = dict(kind='png', compress_level=9)
"""The picture that is saved with a notebook."""

DRAWING = threading.RLock()
"""Held while a figure is drawn: Jupyter may answer each control in a thread of its own, and matplotlib expects just one."""


class View(Protocol):
    """The artists in the figure of a panel, which are created once and moved afterwards.

    Attributes:
        curves: the lines that Pin keeps.
    """

    curves: list[Line2D]

    def update(self, result: Any) -> None:
        """Move the artists, so that they show a result."""

    def describe(self, values: Values, result: Any) -> str:
        """Say in a sentence, with units, what is seen for some values of the controls."""


class Panel(W.VBox):
    """Controls, a picture made of artists that are created once and moved afterwards, and a sentence about it.

    The figure belongs to no window and no global list; it is drawn into memory and shown as a picture file, so that a panel
    can be made, tested and saved without a browser and in any matplotlib mode. Subclasses provide `refresh()`, which shows
    what belongs to the values that the controls have, and call `start_with` at the end of their constructor.

    Args:
        view: function (figure) -> `View`, which creates the artists.
        controls: controls by name (`Slider`, `Choice`); the first four stay in sight.
        follow: for some controls, a function (value) -> values of other controls that go with it.
        figsize: width and height of the figure, inches.
        buttons: further buttons, which are put before Pin and Reset.
        extras: further widgets, which are put below the buttons.

    Attributes:
        controls: the widgets, by name.
        declared: their declarations, by name.
        figure, view, picture, status: the matplotlib figure, its view, the picture and the sentence under it.
        error: the error that a learner's last move raised, or None.
        quiet: whether pictures come without a word, as those of a film.
    """

    # The display method of ipywidgets 7 would hide the picture from readers of a notebook that is not running; 8 has none.
    _ipython_display_ = None

    def __init__(self, view: Callable[[Figure], View], controls: Mapping[str, Slider | Choice],
                 follow: Mapping[str, Callable[[Any], Values]] | None = None, figsize: tuple[float, float] = (7.6, 3.8),
                 buttons: Sequence[W.Widget] = (), extras: Sequence[W.Widget] = ()) -> None:
        self.declared, self.follow = dict(controls), follow or {}
        self.figure = Figure(figsize=figsize, dpi=DPI, layout='constrained')
        self.canvas = FigureCanvasAgg(self.figure)
        self.drawing = Picture(self.figure)
        self.view = view(self.figure)
        beneath(self.figure)
        self.ghosts = [ghost_of(curve) for curve in self.view.curves]
        self.controls = {name: control.widget() for name, control in self.declared.items()}
        self.words = {name: W.Label(control.beside(control.value)) for name, control in self.declared.items()}
        self.moving = threading.RLock()
        self.foot: Text | None = None
        self.marks: list[Line2D] = []
        self.sentence = self.pinned = self.predicted = ''
        self.error: Exception | None = None
        self.quiet = False
        # An address that holds the picture itself: browsers show it sooner than one that points to bytes in their memory.
        self.picture = W.Image(format='url')
        self.status = W.HTML()
        self.pin_button = W.Button(description='Pin', icon='thumb-tack', tooltip='Keep these curves in grey', layout=NARROW)
        self.pin_button.on_click(lambda _: self.pin())
        self.reset_button = W.Button(description='Reset', icon='undo', tooltip='Go back to the opening state', layout=NARROW)
        self.reset_button.on_click(lambda _: self.reset())
        self.names = names()
        for widget in self.names:
            widget.observe(lambda _: self.rest.begin(), 'pixels')
        self.rest = AfterRest(self.sharpen)
        self.side = side([*arrange(self.controls, self.words), W.HBox([*buttons, self.pin_button, self.reset_button]),
                          *extras])
        super().__init__([body(self.side, [self.picture, self.status], figsize[0] * DPI), *self.names])
        self.add_class(PANEL_CLASS)
        self._listening = False
        for name, widget in self.controls.items():
            widget.observe(partial(self._moved, name), 'value')

    def add(self, *widgets: W.Widget) -> None:
        """Put further widgets below the controls and buttons."""
        self.side.children = [*self.side.children, *widgets]

    def start_with(self, **start: Value | None) -> None:
        """Show the opening state: the given values, and for the other controls the defaults and what follows from them.

        If that fails, the panel is closed before the error is raised.
        """
        try:
            self.move(**{**{name: self.declared[name].value for name in self.follow}, **start})
        except BaseException:
            self.close()
            raise
        self.opening = self.values

    def close(self) -> None:
        """Close the panel and all of its widgets."""
        if 'rest' in vars(self):
            self.rest.end()
        close_all(self, vars(self))

    def set(self, **values: Value | None) -> None:
        """Move several controls with a single redraw.

        Raises:
            ValueError: if a control is unknown, or a value is not one that it can have; and whatever the model raises. All is
                then as it was before.
        """
        with self.moving:
            before = {name: (widget.value, widget.disabled) for name, widget in self.controls.items()}
            try:
                self.move(**values)
            except BaseException:
                self._put_back(before)
                raise

    def _put_back(self, before):
        """Give the controls values that they have had, and show what belongs to them, if anything does."""
        self._listening = False
        try:
            self.assign({name: value for name, (value, _) in before.items()})
            for name, (_, disabled) in before.items():
                self.controls[name].disabled = disabled
        finally:
            self._listening = True
        if self.error is None:
            self.refresh()

    def move(self, **values: Value | None) -> None:
        """Move several controls with a single redraw; they stay where they are if that fails."""
        for name in set(values) & set(self.follow):
            values = {**self.follow[name](values[name]), **values}
        with self.moving:
            self._listening = False
            try:
                self.assign(values)
            finally:
                self._listening = True
            self.refresh()
            self.error = None

    def reset(self) -> None:
        """Go back to the opening state and remove the grey ghosts."""
        self.unpin()
        self.set(**self.opening)

    def _moved(self, name, change):
        with self.moving:
            if self._listening:
                self.answer(name, change['new'])

    def answer(self, name: str, value: Value) -> None:
        """Show the result after a learner has moved a control, or say why there is none."""
        try:
            self.move(**{name: value})
        except Exception as error:  # whatever a model raises, the learner at the slider should be able to read it
            self.error = error
            self.say_error(error)

    @property
    def values(self) -> Values:
        """The values of the controls, by name; None for a control that does not apply."""
        return {name: None if widget.disabled else widget.value for name, widget in self.controls.items()}

    def assign(self, values: Values) -> None:
        """Move controls; None means that a control does not apply, and greys it out.

        Raises:
            ValueError: if a control is unknown, or a value is not one that it can have.
        """
        for name, value in values.items():
            if name not in self.declared:
                raise ValueError(f'{name!r} is not a control here: must be one of {", ".join(map(repr, self.declared))}')
            if value is not None:
                self.declared[name].check(value)
        for name, value in values.items():
            self.controls[name].disabled = value is None
            if value is not None:
                if isinstance(self.declared[name], Slider):
                    self.controls[name].readout_format = self.declared[name].readout_format(value)
                self.controls[name].value = value
                self.words[name].value = self.declared[name].beside(value)

    def pin(self) -> None:
        """Keep the curves, as they are now, as grey ghosts, in place of those kept before."""
        with self.moving:
            for ghost, curve in zip(self.ghosts, self.view.curves):
                ghost.set_data(*curve.get_data())
                ghost.set_visible(True)
            self.pinned = self.sentence
            self.draw()

    def unpin(self) -> None:
        """Remove the grey ghosts."""
        for ghost in self.ghosts:
            ghost.set_visible(False)
        self.pinned = ''

    def predict(self, words: str, line: tuple[int, str, float] | None = None) -> None:
        """Keep in the picture what a reader has predicted: grey words at its foot, and a grey line at a value of an axis.

        Args:
            words: the prediction.
            line: where a line stands: number of the axes, counted from 0; 'x' or 'y'; and the value in their unit.
        """
        with self.moving:
            self.predicted = words
            if self.foot is None:
                self.foot = foot_of(self.figure)
            self.foot.set_text(f'predicted: {words}')
            for old in self.marks:
                old.remove()
            self.marks.clear()
            if line is not None:
                axes, along, value = line
                draw = self.figure.axes[axes].axvline if along == 'x' else self.figure.axes[axes].axhline
                self.marks.append(draw(value, color=PREDICTED, linewidth=2, linestyle=(0, (1, 1)), zorder=2.5))
            self.draw()

    def show(self, result: Any, values: Values) -> None:
        """Make the artists show a result, and say what is seen."""
        self.view.update(result)
        self.sentence = self.view.describe(values, result)
        self.draw()

    def draw(self) -> None:
        """Draw the picture, and write the sentence, which is also the alternative text of the picture."""
        self.show_file(**LIVE)
        if not self.quiet:
            self.speak()

    def speak(self) -> None:
        """Say what the picture shows, and sharpen it if it stays."""
        for widget in self.names:
            widget.alt = self.text
        self.say(self.text)
        self.rest.begin()

    def sharpen(self) -> None:
        """Draw the picture with twice the resolution, if the screen has that many pixels."""
        if max((widget.pixels for widget in self.names), default=2) > 1:
            with self.moving:
                self.show_file(**SHARP)

    def show_file(self, kind: str, **options: Any) -> None:
        """Draw the figure, and put it into the picture as a file of a kind."""
        self.picture.value = f'data:image/{kind};base64,'.encode() + base64.b64encode(self.file(kind, **options))

    @property
    def text(self) -> str:
        """What the picture shows, the grey ghosts and the prediction included."""
        pinned = f' Grey: {self.pinned}' if self.pinned else ''
        return self.sentence + pinned + (f' Predicted: {self.predicted}.' if self.predicted else '')

    def say(self, text: str, warning: bool = False) -> None:
        """Write a sentence under the picture, where screen readers announce it."""
        kind = 'aihwlab-sentence aihwlab-warning' if warning else 'aihwlab-sentence'
        self.status.value = f'<div role="status" aria-live="polite" class="{kind}">{html.escape(text)}</div>'

    def say_error(self, error: Exception) -> None:
        """Say that there is no picture for these settings, and why."""
        self.say(f'No picture for these settings. {type(error).__name__}: {error}', warning=True)

    def file(self, kind: str, **options: Any) -> bytes:
        """Return the picture as the bytes of a file (see `Picture`); the first call fixes the layout of the figure."""
        with DRAWING, letters():
            if isinstance(self.figure.get_layout_engine(), ConstrainedLayoutEngine):
                self.canvas.draw()
                self.figure.set_layout_engine('none')
            return self.drawing.file(kind, **options)

    def _repr_mimebundle_(self, **_):
        """Show the live panel, or the picture where no notebook is running, as on GitHub and in exported HTML."""
        view = {'version_major': 2, 'version_minor': 0, 'model_id': self.model_id}
        data = {'application/vnd.jupyter.widget-view+json': view, 'text/plain': self.text,
                'image/png': base64.b64encode(self.file(**SAVED)).decode('ascii')}
        return data, {'image/png': {'alt': self.text}}
