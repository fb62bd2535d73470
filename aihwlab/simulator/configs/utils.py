"""The names of `aihwlab.simulator.parameters`, where programs for older versions of aihwkit look for them."""

from aihwlab.simulator.parameters import *  # noqa: F403

__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py
