"""Predictions: a question that comes before a picture, and stays in it."""

import html
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import ipywidgets as W

from aihwlab.lessons.markup import folded, inline, live, prose, verdict
from aihwlab.lessons.quiz import Option
from aihwlab.lessons.task import Task

PANEL_CLASS = 'aihwlab-prediction'

WORDS = 'as predicted', 'not as predicted'
"""The words of the verdict."""

CLOSE = 0.1
"""A number is as predicted if it is off by no more than this part of the range of its slider."""


class Picture(Protocol):
    """What a prediction can come before: an explorer, which shows words and, at a value of an axis, a line."""

    def predict(self, words: str, line: tuple[int, str, float] | None = None) -> None:
        """Keep a prediction in the picture: words, and a line at a value of an axis."""

    def _repr_mimebundle_(self) -> Any:
        """Return what Jupyter shows, with a picture and its alternative text."""


@dataclass(frozen=True)
class Guess:
    """A number that the student sets.

    Args:
        name: what it is, in words.
        low, high: limits of the slider.
        start: where the slider stands at first.
        truth: the right number.
        unit: its unit.
        step: of the slider; on a logarithmic scale in decades; by default a hundredth of the range.
        scale: 'linear' or 'log'.
        axis: where the number belongs in the picture, (number of the axes, 'x' or 'y'), for a grey line; None for no line.

    Raises:
        ValueError: for an unknown scale, limits in the wrong order, or a start or truth outside of them.
    """

    name: str
    low: float
    high: float
    start: float
    truth: float
    unit: str = ''
    step: float | None = None
    scale: str = 'linear'
    axis: tuple[int, str] | None = None

    def __post_init__(self) -> None:
        if self.scale not in ('linear', 'log'):
            raise ValueError(f"{self.name}: scale = {self.scale!r}: must be 'linear' or 'log'")
        if not self.low < self.high or self.scale == 'log' and not self.low > 0:
            raise ValueError(f'{self.name}: low = {self.low} and high = {self.high}: low must be below high, and positive '
                             'on a logarithmic scale')
        for name in ('start', 'truth'):
            if not self.low <= getattr(self, name) <= self.high:
                raise ValueError(f'{self.name}: {name} = {getattr(self, name)}: must be in [{self.low}, {self.high}]')

    def widget(self) -> W.FloatSlider | W.FloatLogSlider:
        """Make the slider."""
        low, high = (math.log10(self.low), math.log10(self.high)) if self.scale == 'log' else (self.low, self.high)
        kind = W.FloatLogSlider if self.scale == 'log' else W.FloatSlider
        return kind(value=self.start, min=low, max=high, step=self.step or (high - low) / 100, readout_format='.3g',
                    description=f'{self.name} ({self.unit})' if self.unit else self.name,
                    style={'description_width': 'auto'}, layout={'width': '100%', 'max_width': '640px'})

    def text(self, value: float) -> str:
        """Return a value with its unit."""
        return f'{value:.3g} {self.unit}'.strip()

    def is_close(self, value: float) -> bool:
        """Return whether a value is near enough to the truth."""
        if self.scale == 'log':
            return abs(math.log(value / self.truth)) <= CLOSE * math.log(self.high / self.low)
        return abs(value - self.truth) <= CLOSE * (self.high - self.low)

    def distance(self, value: float) -> str:
        """Say how far a value is from the truth."""
        side = 'too high' if value > self.truth else 'too low'
        if math.isclose(value, self.truth, rel_tol=1e-3):
            return 'exactly right'
        if self.scale == 'log':
            ratio = max(value / self.truth, self.truth / value)
            return f'{ratio:.2g} times {side}' if ratio < 99.5 else f'{ratio:,.0f} times {side}'
        return f'{self.text(abs(value - self.truth))} {side}'


class Prediction(Task):
    """A question that is asked before a picture is shown; the picture keeps the answer, and the verdict is folded away.

    While a kernel is running, the picture appears once the student has answered. Whoever only reads the notebook sees the
    question, folded answers and the picture.

    Example:
        >>> edge = Prediction('A slow edge', 'The power falls over 200 ns. Is there more glass after the pulse, or less?', [
        ...     Option('More', 'Melt does freeze as glass, but only if it cools faster than crystal grows.'),
        ...     Option('Less', 'While it cools slowly, the glass has time to crystallise.', right=True)])
        >>> edge.before(PCMPulseExplorer())

        >>> Prediction('No glass left', 'Which trailing edge is just long enough to leave no glass?',
        ...            guess=Guess('trailing edge', 0, 200, 50, truth=130, unit='ns'),
        ...            explanation='The dome shrinks from its rim.')

    Args:
        title: its name in the list of what has been done.
        question: plain text with `code` and $formulas$.
        options: answers to choose from, two to four, one of them right.
        guess: instead of options, a number to be set.
        explanation: why the number is what it is.

    Raises:
        ValueError: unless there is either a guess with an explanation, or two to four different options, one of them right.
    """

    def __init__(self, title: str, question: str, options: Iterable[Option] = (), guess: Guess | None = None,
                 explanation: str = '') -> None:
        super().__init__(title)
        self.question, self.options, self.guess, self.explanation = question, tuple(options), guess, explanation
        self._check()
        self.picture: Picture | None = None
        self.choices = W.RadioButtons(options=[option.text for option in self.options], value=None,
                                      layout=W.Layout(width='auto')) if guess is None else guess.widget()
        self.button = W.Button(description='That is my prediction', tooltip='Show the picture',
                               layout=W.Layout(width='max-content'))
        self.button.on_click(lambda _: self.answer(self.choices.value))
        self.feedback, self.shown = W.HTMLMath(), W.VBox()
        self.panel = W.VBox([W.HTMLMath(f'<h4>{inline(title)}</h4>{prose(question)}'), self.choices, self.button,
                             self.feedback, self.shown])
        self.panel.add_class(PANEL_CLASS)
        if self._is_possible(self.given):
            self._show(self.given)

    def _check(self):
        texts = [option.text for option in self.options]
        if self.guess is not None:
            if texts or not self.explanation.strip():
                raise ValueError(f'the prediction {self.title!r} must have an explanation, and no options beside its guess')
        elif not 2 <= len(set(texts)) == len(texts) <= 4 or sum(option.right for option in self.options) != 1:
            raise ValueError(f'options of the prediction {self.title!r} must be two to four, all different, exactly one of '
                             f'them right: {texts}')

    def before(self, picture: Picture) -> 'Prediction':
        """Ask before a picture is shown; return the prediction, for Jupyter to show."""
        self.picture = picture
        if self._is_possible(self.given):
            self._show(self.given)
        return self

    def answer(self, value: str | float | None) -> None:
        """Answer with the text of an option or a number, None for no choice; show the picture.

        Raises:
            ValueError: for a text that no option has, or a number beyond the slider.
        """
        if value is None:
            self.feedback.value = inline('Choose an answer first: a guess is enough.')
            return
        if not self._is_possible(value):
            raise ValueError(f'value = {value!r} is not a possible answer to the prediction {self.title!r}')
        self.finish(value)
        self._show(value)

    def forget(self) -> None:
        """Ask again."""
        super().forget()
        self.choices.value = None if self.guess is None else self.guess.start
        self.choices.disabled = self.button.disabled = False
        self.feedback.value, self.shown.children = '', ()

    def _is_possible(self, value):
        if self.guess is None:
            return value in [option.text for option in self.options]
        return isinstance(value, (int, float)) and self.guess.low * (1 - 1e-9) <= value <= self.guess.high * (1 + 1e-9)

    def _show(self, value):
        """Show the picture with the prediction in it, and the verdict for those who have looked."""
        self.choices.value = value
        self.choices.disabled = self.button.disabled = True
        words = value if self.guess is None else self.guess.text(value)
        summary = f'You predicted: {words}. Look at the picture, then unfold: how far off was it?' if self.picture else \
            f'You predicted: {words}. How far off is it?'
        self.feedback.value = folded(summary, self.verdict(value))
        if self.picture is not None:
            axis = None if self.guess is None else self.guess.axis
            self.picture.predict(words, None if axis is None else (*axis, value))
            self.shown.children = (self.picture,)

    def verdict(self, value: str | float) -> str:
        """Return the verdict on an answer, with the explanation, as HTML."""
        if self.guess is None:
            chosen = next(option for option in self.options if option.text == value)
            right = next(option for option in self.options if option.right)
            rest = '' if chosen.right else prose(f'{right.text}. {right.explanation}')
            return verdict(chosen.right, chosen.explanation, WORDS) + rest
        number = float(value)
        return verdict(self.guess.is_close(number), f'{self.guess.text(number)} is {self.guess.distance(number)}; it is '
                       f'{self.guess.text(self.guess.truth)}. {self.explanation}', WORDS)

    def _answers(self):
        """Return what can be known without a running kernel, folded away, as HTML."""
        if self.guess is None:
            return ''.join(folded(option.text, verdict(option.right, option.explanation, WORDS)) for option in self.options)
        return folded('Answer', prose(f'{self.guess.text(self.guess.truth)}. {self.explanation}'))

    def _repr_html_(self) -> str:
        picture = '' if self.picture is None else image_of(self.picture)
        return f'<h4>{inline(self.title)}</h4>{prose(self.question)}{self._answers()}{picture}'

    def __repr__(self) -> str:
        return '\n'.join([f'{self.title}\n{self.question}', *(f'- {option.text}' for option in self.options)])

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return live(self.panel, self._repr_html_(), repr(self))


def image_of(picture: Picture) -> str:
    """Return a picture as HTML, with its alternative text."""
    data, _ = picture._repr_mimebundle_()
    return f'<img src="data:image/png;base64,{data["image/png"]}" alt="{html.escape(data["text/plain"])}">'
