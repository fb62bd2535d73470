"""Trains of pulses on many cells that differ, using a table of what one pulse does to one cell."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.interpolate import RegularGridInterpolator

from aihwlab.physics.arguments import not_negative
from aihwlab.physics.pcm_cell import PCMCell
from aihwlab.physics.pcm_pulse import Pulse, programming_curve

POWERS = np.linspace(0, 700e-6, 71)
"""Powers in the table, W."""

THICKNESSES = np.linspace(0, 1, 51) ** 2
"""Thicknesses in the table, relative to the height of the cell: closer together where growth ends."""


@lru_cache(maxsize=32)
def pulse_table(cell: PCMCell, width: float = 50e-9, fall: float = 0.0) -> RegularGridInterpolator:
    """Return the function (thickness, power) -> thickness after one pulse, m, interpolated in a table of 3,621 entries."""
    thickness = cell.height * THICKNESSES
    return RegularGridInterpolator((thickness, POWERS), programming_curve(cell, POWERS, width, fall, thickness[:, None]))


def train_on_cells(cell: PCMCell, pulses: Iterable[Pulse], rng: np.random.Generator, cells: int = 1000,
                   thickness: npt.ArrayLike = 0.0, spread: float = 0.0, noise: float = 0.0) -> np.ndarray:
    """Return the thickness of the glass in many cells before a train of pulses and after each pulse, m, [pulses + 1, cells].

    Temperatures depend on R_0 P, so a cell with another thermal resistance acts like one with another power: each cell gets
    `P (1 + spread xi_cell) (1 + noise xi_pulse)`.

    Args:
        cell: the mean cell (`aihwlab.physics.pcm_cell.PCMCell`).
        pulses: the pulses (`aihwlab.physics.pcm_pulse.Pulse`) in order, of at most 700 uW including spread and noise.
        rng: random number generator (`numpy.random.Generator`).
        cells: number of cells.
        thickness: thickness of the glass before the first pulse, m; a number or [cells].
        spread: relative standard deviation of the thermal resistances.
        noise: relative standard deviation of the power from pulse to pulse.

    Raises:
        ValueError: if spread or noise is negative, a power is beyond 700 uW, or a thickness is not in [0, height].
    """
    own = 1 + not_negative('spread', spread) * rng.standard_normal(cells)
    not_negative('noise', noise)
    states = [np.broadcast_to(cell.checked_thickness(thickness), (cells,))]
    for pulse in pulses:
        power = np.maximum(pulse.power * own * (1 + noise * rng.standard_normal(cells)), 0)
        if power.max() > POWERS[-1]:
            raise ValueError(f'power = {power.max():g} W for a cell, spread and noise included: '
                             f'must be at most {POWERS[-1]:g} W')
        states.append(pulse_table(cell, pulse.width, pulse.fall)((states[-1], power)))
    return np.array(states)
