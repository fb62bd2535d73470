"""Reading a phase-change memory cell: conductance, current beyond Ohm's law, and threshold switching."""

import numpy as np
import numpy.typing as npt

from aihwlab.physics.arguments import positive
from aihwlab.physics.pcm_cell import BOLTZMANN, ELECTRON_CHARGE, PCMCell

ROOM = 300.0
"""Temperature at which the resistance of the glass is given, K."""

NEWTON_STEPS = 100
"""More steps than it takes to find any current below the threshold."""


def glass_resistance(cell: PCMCell, thickness: npt.ArrayLike, temperature: float = ROOM) -> float | np.ndarray:
    """Return the resistance of the glass at low field, `rho u exp(E_a / k (1 / T - 1 / 300 K))`, ohm.

    Args:
        cell: parameters of the cell (`aihwlab.physics.pcm_cell.PCMCell`).
        thickness: thickness of the glass, m.
        temperature: temperature of the cell, K.
    """
    positive('temperature', temperature)
    energy = cell.conduction_energy * ELECTRON_CHARGE / BOLTZMANN
    return cell.glass_resistance * cell.checked_thickness(thickness) * np.exp(energy * (1 / temperature - 1 / ROOM))


def conductance(cell: PCMCell, thickness: npt.ArrayLike, temperature: float = ROOM) -> float | np.ndarray:
    """Return the conductance at low voltage, `G = 1 / (R_on + rho u)`, S; see `glass_resistance`."""
    return 1 / (cell.crystal_resistance + glass_resistance(cell, thickness, temperature))


def characteristic_voltage(cell: PCMCell, thickness: npt.ArrayLike, temperature: float = ROOM) -> float | np.ndarray:
    """Return the voltage at which conduction stops following Ohm's law, `V_c = 2 k T u / (q dz)`, V."""
    positive('temperature', temperature)
    return 2 * BOLTZMANN * temperature * cell.checked_thickness(thickness) / (ELECTRON_CHARGE * cell.trap_distance)


def read_current(cell: PCMCell, thickness: npt.ArrayLike, voltage: npt.ArrayLike,
                 temperature: float = ROOM) -> float | np.ndarray:
    """Return the current through a cell below its threshold voltage, A.

    Charges hop between traps in the glass, helped by the field: `I = V_c / R_glass sinh(V_glass / V_c)`. The crystal in
    series takes the rest of the voltage. At low voltage the current is `conductance(...) * voltage`.

    Source: D. Ielmini and Y. Zhang, Journal of Applied Physics 102, 054517, 2007, doi:10.1063/1.2773688.

    Args:
        cell: parameters of the cell (`aihwlab.physics.pcm_cell.PCMCell`).
        thickness: thickness of the glass, m.
        voltage: voltage across the cell, V; of either sign.
        temperature: temperature of the cell, K.

    Returns:
        The current, in the shape to which thickness and voltage broadcast.

    Raises:
        ValueError: if a voltage switches the cell on (see `threshold_voltage`), or if a thickness is not in [0, height].
    """
    thickness, voltage = np.broadcast_arrays(cell.checked_thickness(thickness), np.asarray(voltage, dtype=float))
    threshold = threshold_voltage(cell, thickness)
    if not ((np.abs(voltage) < threshold) | (thickness == 0)).all():
        raise ValueError(f'voltage = {voltage} must stay below the threshold voltage, {threshold} V')
    is_glass = thickness > 0
    scale = np.where(is_glass, characteristic_voltage(cell, thickness, temperature), 1.0)
    resistance = np.where(is_glass, glass_resistance(cell, thickness, temperature), 1.0)
    ratio = cell.crystal_resistance / resistance
    total, x = np.abs(voltage) / scale, np.abs(voltage) / scale
    for _ in range(NEWTON_STEPS):  # x + ratio sinh x is convex: coming from above, Newton's method cannot miss
        x = x - (x + ratio * np.sinh(x) - total) / (1 + ratio * np.cosh(x))
    current = np.where(is_glass, scale / resistance * np.sinh(x), np.abs(voltage) / cell.crystal_resistance)
    return np.sign(voltage) * current


def threshold_voltage(cell: PCMCell, thickness: npt.ArrayLike) -> float | np.ndarray:
    """Return the voltage at which the glass switches to the on-state, `V_th = E_th u`, V.

    Source: J. Scoggin, H. Silva and A. Gokirmak, 2019, arXiv:1906.09316: about 29 V/um when quenched from the melt;
    D. Krebs et al., Applied Physics Letters 95, 082101, 2009, doi:10.1063/1.3210792: 56 V/um as deposited.
    """
    return cell.threshold_field * cell.checked_thickness(thickness)
