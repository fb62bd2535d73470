"""Quizzes: a question, some answers to choose from, and why each of them is right or wrong."""

from collections.abc import Iterable
from dataclasses import dataclass

import ipywidgets as W

from aihwlab.lessons.markup import folded, inline, live, prose, verdict
from aihwlab.lessons.task import Task

WORDS = 'right', 'not right'
"""The words of the verdict on a chosen answer."""


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from.

    Args:
        text: the answer, plain text.
        explanation: why it is right or wrong; for a wrong answer it should start where the reader went astray.
        right: whether it is the right answer.
    """

    text: str
    explanation: str
    right: bool = False


class Quiz(Task):
    """A question with one right answer among several.

    While a kernel is running, there are answers to choose from and a button; the verdict goes as soon as another answer is
    chosen, and the last one is there again after a restart. Without a kernel, each answer unfolds to its explanation, in
    plain HTML.

    Example:
        >>> Quiz('The power law of drift',
        ...      'Conductances drift as $t^{-0.05}$. How much is lost from 1 s to 10 s, compared with 10 s to 100 s?', [
        ...     Option('The same fraction', 'A power law loses the same fraction in every decade.', right=True),
        ...     Option('Ten times more', 'At first it is ten times faster, but then ten times as many seconds follow.')])

    Args:
        title: its name in the list of what has been done.
        question: plain text with `code` and $formulas$.
        options: the answers (`Option`), in the order shown.

    Raises:
        ValueError: unless there are at least two options, all different, each with an explanation, and exactly one is right.
    """

    def __init__(self, title: str, question: str, options: Iterable[Option]) -> None:
        super().__init__(title)
        self.question, self.options = question, tuple(options)
        texts = [option.text for option in self.options]
        if len(texts) < 2 or len(set(texts)) < len(texts):
            raise ValueError(f'options of the quiz {title!r} must be at least two, all different: {texts}')
        if sum(option.right for option in self.options) != 1:
            raise ValueError(f'options of the quiz {title!r} must include exactly one that is right')
        for option in self.options:
            if not option.explanation.strip():
                raise ValueError(f'option {option.text!r} of the quiz {title!r} must have an explanation')
        self.choices = W.RadioButtons(options=texts, value=None, layout=W.Layout(width='auto'))
        self.choices.observe(lambda _: self._say(''), 'value')
        self.button = W.Button(description='Check', tooltip='Check whether the chosen answer is right')
        self.button.on_click(lambda _: self.answer(self.choices.value))
        self.feedback = W.HTMLMath()
        self.panel = W.VBox([W.HTMLMath(f'<h4>{inline(title)}</h4>{prose(question)}'), self.choices, self.button,
                             self.feedback])
        if self.given in texts:
            self._judge(self.given)

    def answer(self, text: str | None) -> bool:
        """Answer with the text of an option, or None for no choice; show and return whether the answer is right.

        Raises:
            ValueError: for a text that no option has.
        """
        if text is None:
            self._say(inline('Choose an answer first.'))
            return False
        if text not in self.choices.options:
            raise ValueError(f'text = {text!r} is not an option: must be one of {list(self.choices.options)}')
        right = self._judge(text)
        if right:
            self.finish(text)
        else:
            self.keep(text)
        return right

    def forget(self) -> None:
        """Be open again, with nothing chosen."""
        super().forget()
        self.choices.value = None
        self._say('')

    def _judge(self, text):
        """Show an answer as chosen, with its verdict; return whether it is right."""
        option = next(option for option in self.options if option.text == text)
        self.choices.value = text
        self._say(verdict(option.right, option.explanation, WORDS))
        return option.right

    def _say(self, words):
        self.feedback.value = f'<div role="status">{words}</div>'

    def _repr_html_(self) -> str:
        answers = ''.join(folded(option.text, verdict(option.right, option.explanation, WORDS))
                          for option in self.options)
        return f'<h4>{inline(self.title)}</h4>{prose(self.question)}{answers}'

    def __repr__(self) -> str:
        return '\n'.join([f'{self.title}\n{self.question}', *(f'- {option.text}' for option in self.options)])

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return live(self.panel, self._repr_html_(), repr(self))
