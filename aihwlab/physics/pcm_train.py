"""Trains of pulses on many cells that differ, by a table of what one pulse does to one cell."""

from functools import lru_cache

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from aihwlab.physics.arguments import not_negative
from aihwlab.physics.pcm_pulse import programming_curve

POWERS = np.linspace(0, 700e-6, 71)
"""Powers of the table, W."""

THICKNESSES = np.linspace(0, 1, 51) ** 2
"""Thicknesses of the table relative to the height of the cell: closer where growth ends."""


@lru_cache(maxsize=32)
def pulse_table(cell, width=50e-9, fall=0.0):
    """Return the function (thickness, power) -> thickness after one pulse, m, interpolated in a table of 3,621."""
    thickness = cell.height * THICKNESSES
    return RegularGridInterpolator((thickness, POWERS), programming_curve(cell, POWERS, width, fall, thickness[:, None]))


def train_on_cells(cell, pulses, rng, cells=1000, thickness=0.0, spread=0.0, noise=0.0):
    """Return the thickness of the glass of many cells before a train of pulses and after each, m, [pulses + 1, cells].

    Temperatures follow R_0 P, so a cell with another thermal resistance is one with another power: each cell gets
    `P (1 + spread xi_cell) (1 + noise xi_pulse)`.

    Args:
        cell: the mean cell (`aihwlab.physics.pcm_cell.PCMCell`).
        pulses: the pulses (`aihwlab.physics.pcm_pulse.Pulse`) in turn, of at most 700 uW including spread and noise.
        rng: generator of random numbers (`numpy.random.Generator`).
        cells: how many.
        thickness: of the glass before the first pulse, m; a number or [cells].
        spread: relative standard deviation of the thermal resistances.
        noise: relative standard deviation of the power from pulse to pulse.

    Raises:
        ValueError: for negative spread or noise, powers beyond 700 uW, and a thickness outside of the cell.
    """
    own = 1 + not_negative('spread', spread) * rng.standard_normal(cells)
    not_negative('noise', noise)
    states = [np.broadcast_to(cell.checked_thickness(thickness), (cells,))]
    for pulse in pulses:
        power = np.maximum(pulse.power * own * (1 + noise * rng.standard_normal(cells)), 0)
        if power.max() > POWERS[-1]:
            raise ValueError(f'power = {power.max():g} W of a cell, with spread and noise, '
                             f'must be at most {POWERS[-1]:g} W')
        states.append(pulse_table(cell, pulse.width, pulse.fall)((states[-1], power)))
    return np.array(states)
