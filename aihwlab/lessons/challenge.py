"""Challenges: the student designs a configuration, which is judged by training with several seeds."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import is_dataclass
from typing import Any

import ipywidgets as W
import numpy as np

from aihwlab.lessons.assignment import Assignment
from aihwlab.lessons.form import Misfit, compare_forms, described
from aihwlab.lessons.readable import readable
from aihwlab.lessons.report import Report, report_on
from aihwlab.lessons.task import now, readable_time

SEEDS = 1, 2, 3
"""A design has to work with each of them."""

BEST = 5
"""The largest number of results that are listed."""


class Challenge(Assignment):
    """Find the largest value of one parameter of a configuration with which a network still learns.

    The student calls `check(config, train)`. All other parameters must be those of the configuration to start from. Seeds
    are tried one after the other, and the first that fails decides. The best results are kept, and listed in a table.

    Args:
        title, task, solution, hints: see `Assignment`; the answer is called `config`.
        start: function () -> the configuration to start from, a dataclass that may hold others.
        parameter: the one to change, as a path of names, such as 'device.write_noise_std'.
        least: the least value that counts.
        goal: more than this percentage of test images must be recognised, with each seed.
    """

    KIND = 'Challenge'

    def __init__(self, title: str, task: str, solution: str, start: Callable[[], Any], parameter: str, least: float,
                 goal: float, hints: Iterable[str] = ()) -> None:
        super().__init__(title, task, 'config', solution, hints)
        self.start, self.parameter, self.least, self.goal = start, parameter, least, goal
        self.table = W.HTML(self.best())
        self.panel.children = *self.panel.children, self.table

    def check(self, config: object, train: Callable[..., float]) -> Report:
        """Judge the student's configuration, keep it, list it if it is among the best, and return what to show.

        Args:
            config: the configuration.
            train: function (config, seed=...) -> percentage of test images recognised after training.
        """
        report, accuracies = self._judge(config, train)
        if accuracies:
            value = follow(config, self.parameter)
            written = f'{self.parameter} = {readable(value)}'
            if report.passed:
                result = dict(time=now(), value=float(value), accuracies=accuracies)
                self.finish(written, results=ranked([result, *self.results()]))
            else:
                self.keep(written)
            self.table.value = report.appendix = self.best()
        return report

    def examine(self, config: object, train: Callable[..., float]) -> Report:
        """Return the report on a configuration without keeping it or marking anything as done; see `check`."""
        return self._judge(config, train)[0]

    def results(self) -> list[dict[str, Any]]:
        """Return the best results so far: for each its `time`, the `value` of the parameter and the `accuracies`."""
        return [result for result in self.known().get('results', []) if is_result(result)]

    def best(self) -> str:
        """Return a table of the best results so far, HTML, or an empty string if there are none."""
        rows = ''.join(f'<tr><td>{readable(result["value"])}</td>'
                       f'<td>{", ".join(f"{accuracy:.1f}" for accuracy in result["accuracies"])}</td>'
                       f'<td>{np.mean(result["accuracies"]):.1f}</td><td>{readable_time(result["time"])}</td></tr>'
                       for result in self.results())
        head = f'<th>{self.parameter}</th><th>recognised with each seed (%)</th><th>mean (%)</th><th>date</th>'
        return f'<table><caption>Your best results</caption><tr>{head}</tr>{rows}</table>' if rows else ''

    def forget(self) -> None:
        """Be open again, without results."""
        super().forget()
        self.table.value = self.best()

    def _judge(self, config, train):
        """Return the report on a configuration and the accuracies, as many as were needed."""
        start, name = self.start(), f'{self.answer}.{self.parameter}'
        try:
            if config is ...:
                raise Misfit('unanswered', '')
            changes = list(differences(config, start, self.answer))
            value = follow(config, self.parameter)
            compare_forms(name, value, self.least)
        except AttributeError:
            return Report([('', f'`{self.answer}` is {described(config)}, but a configuration is needed, made from '
                                f'`{type(start).__name__}()`.')]), []
        except Misfit as misfit:
            return report_on(misfit), []
        others = [f'`{path}` is {readable(here)} instead of {readable(before)}' for path, here, before in changes
                  if path != name]
        findings = [(f'nothing but `{name}` is changed', f'{"; ".join(others)}.' if others else ''),
                    (f'`{name}` is {readable(self.least)} or more',
                     '' if value >= self.least else f'it is {readable(value)}.')]
        if not Report(findings).passed:
            return Report(findings), []
        accuracies = list(self._trained(config, train))
        failed = accuracies[-1] <= self.goal
        findings.append((f'more than {self.goal:g} % of the test images are recognised with each of {len(SEEDS)} seeds',
                         f'with seed {SEEDS[len(accuracies) - 1]} it is {accuracies[-1]:.1f} %.' if failed else ''))
        return Report(findings), accuracies

    def _trained(self, config, train):
        """Yield the accuracy for one seed after the other, until one fails, and say what is going on."""
        for number, seed in enumerate(SEEDS, 1):
            print(f'Seed {seed}, {number} of {len(SEEDS)}: ', end='', flush=True)
            accuracy = float(train(deepcopy(config), seed=seed))
            print(f'{accuracy:.1f} % recognised')
            yield accuracy
            if accuracy <= self.goal:
                return


def follow(config: object, path: str) -> Any:
    """Return a parameter of a configuration.

    Raises:
        AttributeError: if there is no such parameter.
    """
    for name in path.split('.'):
        config = getattr(config, name)
    return config


def differences(value: object, start: object, path: str) -> Iterator[tuple[str, object, object]]:
    """Yield path, value and value at the start of each parameter that differs, those of no meaning included."""
    if not is_dataclass(start):
        if not np.array_equal(value, start):
            yield path, value, start
    elif type(value) is not type(start):
        yield path, type(value), type(start)
    else:
        for name in {**vars(start), **vars(value)}:
            yield from differences(getattr(value, name, None), getattr(start, name, None), f'{path}.{name}')


def ranked(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the best results, the largest value first; of several with the same value, only the first."""
    by_value = {result['value']: result for result in reversed(results)}
    return [by_value[value] for value in sorted(by_value, reverse=True)][:BEST]


def is_result(result: object) -> bool:
    """Return whether something read from a file has the form of a result."""
    return (isinstance(result, dict) and isinstance(result.get('time'), str) and isinstance(result.get('value'), (int, float))
            and isinstance(result.get('accuracies'), list) and bool(result['accuracies'])
            and all(isinstance(accuracy, (int, float)) for accuracy in result['accuracies']))
