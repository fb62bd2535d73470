"""What all benchmarks share: contestants that take turns, medians, threads, child processes, and rows of the report."""

import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import NamedTuple

REPEATS = 5


class Row(NamedTuple):
    """One line of the report: a measurement and what was measured beside it in the same run.

    Attributes:
        topic: what was measured; with a number `at` it also has a plot, one curve for each `case`.
        case: which variant.
        at: (name, number) of the quantity that varies, or None.
        value: the measurement.
        unit: 's', 'MB' or 'B'.
        beside: name -> measurement to compare with, in the same unit.
    """

    topic: str
    case: str
    at: tuple
    value: float
    unit: str
    beside: dict


def interleaved(contestants, rounds, repeats=REPEATS):
    """Return the median time in s of each function of a dictionary.

    They take turns in short rounds, so that a busy machine slows them alike. The first call of each turn does not count:
    the others have used the caches meanwhile.
    """
    times = {name: [] for name in contestants}
    for call in contestants.values():
        call()
    for _ in range(rounds):
        for name, call in contestants.items():
            call()
            times[name].append(statistics.median(duration(call) for _ in range(repeats)))
    return {name: statistics.median(values) for name, values in times.items()}


def duration(call):
    """Return how long a call takes, in s."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


@contextmanager
def threads(count):
    """Let torch, and with it the kernel, use this many threads."""
    import torch
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    yield
    torch.set_num_threads(before)


def in_child(file, *arguments, **environment):
    """Run a benchmark in a process of its own; return what it prints as JSON."""
    command = [sys.executable, file, *map(str, arguments)]
    program = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **environment})
    return json.loads(program.stdout)
