"""What all benchmarks share: contestants that take turns, medians, clocks, child processes, and rows of the report."""

import json
import os
import statistics
import subprocess
import sys
import time
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


def interleaved(contestants, rounds, repeats=REPEATS, threads=1):
    """Return the median time in s of each function of a dictionary, on a number of threads.

    They take turns in short rounds, so that a busy machine slows them alike. The first call of each turn does not count:
    the others have used the caches meanwhile.
    """
    import torch
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    times = {name: [] for name in contestants}
    for call in contestants.values():
        call()
    for _ in range(rounds):
        for name, call in contestants.items():
            call()
            times[name].append(statistics.median(duration(call, threads) for _ in range(repeats)))
    torch.set_num_threads(before)
    return {name: statistics.median(values) for name, values in times.items()}


def duration(call, threads):
    """Return how long a call takes, in s."""
    clock = clock_of(threads)
    started = clock()
    call()
    return clock() - started


def clock_of(threads):
    """Return the clock to use: for one thread that of the processor, which stands still while other programs run.

    Windows has only a coarse one.
    """
    return time.process_time if threads == 1 and sys.platform != 'win32' else time.perf_counter


def in_child(file, *arguments, **environment):
    """Run a benchmark in a process of its own; return what it prints as JSON."""
    command = [sys.executable, file, *map(str, arguments)]
    program = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **environment})
    return json.loads(program.stdout)
