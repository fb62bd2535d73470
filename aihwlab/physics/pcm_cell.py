"""One phase-change memory cell: what heat, melting and crystal growth do above its heater.

It is a mushroom cell: a narrow heater below a layer of Ge2Sb2Te5. A current heats a dome above the heater. The state is
the effective amorphous thickness u (m) of that dome, 0 for a cell that is all crystal. All functions take numbers or
arrays and use SI units.

Sources: A. Sebastian et al., Nature Communications 5, 4314, 2014, doi:10.1038/ncomms5314; A. Sebastian et al., Nature
Communications 8, 1115, 2017, doi:10.1038/s41467-017-01481-9; F. Marrone et al., Scientific Reports 12, 2022,
doi:10.1038/s41598-022-09948-6. The defaults are round numbers for teaching, chosen to follow the curves published there.
"""

import math
from dataclasses import dataclass, fields
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt

from aihwlab.physics.arguments import positive

BOLTZMANN = 1.380649e-23
"""Boltzmann constant, J/K."""

ELECTRON_CHARGE = 1.602176634e-19
"""Elementary charge, C."""

ARRAYS = SimpleNamespace(exp=np.exp, expm1=np.expm1, minimum=np.minimum, maximum=np.maximum)
NUMBERS = SimpleNamespace(exp=math.exp, expm1=math.expm1, minimum=min, maximum=max)
"""Functions of arrays, and of plain numbers, which are ten times as fast: a cell is followed through thousands of steps."""


def functions_of(value: float | np.ndarray) -> SimpleNamespace:
    """Return the functions that suit a plain Python number or an array."""
    return NUMBERS if type(value) is float else ARRAYS


@dataclass(frozen=True)
class PCMCell:
    """Parameters of a cell.

    Attributes:
        ambient: temperature of the surroundings, K.
        melting: temperature at which the crystal melts, K.
        thermal_resistance: thermal resistance R_0 of the hottest spot, just above the heater, K/W.
        height: distance L from the heater to the top electrode, m.
        thermal_time: time constant of heating and cooling, s.
        peak_velocity: scale v_max of the speed at which crystal grows, m/s.
        peak_temperature: temperature at the centre of the growth peak, K.
        peak_width: standard deviation of the growth peak, K.
        melting_taper: range below the melting temperature over which growth dies away, K.
        on_voltage: voltage of the cell while it is being heated, V.
        crystal_resistance: resistance of the cell without glass, including its leads, ohm.
        glass_resistance: resistance of the glass per metre of its thickness, at low field and 300 K, ohm/m.
        trap_distance: distance between neighbouring traps in the glass, m.
        conduction_energy: activation energy of the resistance of the glass, eV.
        threshold_field: field at which the glass switches to the on-state, V/m.

    Raises:
        ValueError: if a number is not positive and finite, or if the melting temperature is not above ambient.
    """

    ambient: float = 300.0
    melting: float = 877.0
    thermal_resistance: float = 2.0e6
    height: float = 100e-9
    thermal_time: float = 3e-9
    peak_velocity: float = 0.55
    peak_temperature: float = 750.0
    peak_width: float = 60.0
    melting_taper: float = 15.0
    on_voltage: float = 0.8
    crystal_resistance: float = 40e3
    glass_resistance: float = 70e3 / 1e-9
    trap_distance: float = 5e-9
    conduction_energy: float = 0.25
    threshold_field: float = 29e6

    def __post_init__(self) -> None:
        for field in fields(self):
            positive(field.name, getattr(self, field.name))
        if not self.melting > self.ambient:
            raise ValueError(f'melting = {self.melting} must be above ambient = {self.ambient}')

    @property
    def melting_power(self) -> float:
        """The power at which melting begins, `P_melt = (T_melt - T_amb) / R_0`, W."""
        return (self.melting - self.ambient) / self.thermal_resistance

    def temperature(self, thickness: float | np.ndarray, power: float | np.ndarray) -> float | np.ndarray:
        """Return the temperature where glass and crystal meet, `T_amb + R_0 (1 - u / L) P`, K.

        Args:
            thickness: thickness of the glass, in [0, height], m.
            power: power that heats the cell, W.
        """
        return self.ambient + self.thermal_resistance * (1 - thickness / self.height) * power

    def melt_front(self, power: npt.ArrayLike) -> float | np.ndarray:
        """Return how far the melt reaches, `L (1 - P_melt / P)` above the melting power and 0 below it, m."""
        power = np.asarray(power, dtype=float)
        return self.height * (1 - self.melting_power / np.maximum(power, self.melting_power))

    def growth_velocity(self, temperature: float | np.ndarray) -> float | np.ndarray:
        """Return how fast crystal grows into glass, m/s; 0 at the melting temperature and above.

            v = v_max exp(-(T - T_pk)^2 / (2 w^2)) (1 - exp(-(T_melt - T) / T_d))

        The Gaussian stands for the many decades between a glass in which nothing moves and a melt with no drive to freeze.
        Below 550 K it is wrong by many decades: never use it to find out how long a cell keeps its state; for that, see
        `aihwlab.physics.pcm_ageing.retention_time`.
        """
        f = functions_of(temperature)
        if f is ARRAYS:
            temperature = np.asarray(temperature, dtype=float)
        drive = -f.expm1(f.minimum(temperature - self.melting, 0) / self.melting_taper)
        distance = (temperature - self.peak_temperature) / self.peak_width
        return self.peak_velocity * f.exp(-0.5 * distance ** 2) * drive

    def write_power(self, current: npt.ArrayLike) -> float | np.ndarray:
        """Return the power of a write current in the on-state, `P = I V_on`, W."""
        return np.asarray(current, dtype=float) * self.on_voltage

    def checked_thickness(self, thickness: npt.ArrayLike) -> np.ndarray:
        """Return a thickness of glass as an array, or raise a ValueError if it is not in [0, height]."""
        thickness = np.asarray(thickness, dtype=float)
        if not ((thickness >= 0) & (thickness <= self.height)).all():
            raise ValueError(f'thickness = {thickness} must be in [0, {self.height:g}] m')
        return thickness
