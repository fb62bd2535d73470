"""The names of `aihwlab.simulator.parameters`, where programs for older versions of aihwkit look for them."""

from aihwlab.simulator.parameters import *  # noqa: F403
