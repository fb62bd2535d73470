"""What a pulse does to a phase-change memory cell: heat, melt, quench and crystallise, step by step in time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from aihwlab.physics.arguments import count, not_negative, positive
from aihwlab.physics.pcm_cell import PCMCell, functions_of

STEP = 0.1e-9
"""Longest time step, s."""

COOLING = 30e-9
"""How long a cell is followed after a pulse, s: ten times its default thermal time constant."""


@dataclass(frozen=True)
class Pulse:
    """A trapezoid of power: on at once, flat for `width`, then falling linearly to zero over `fall`.

    Attributes:
        power: power of the flat part, W.
        width: duration of the flat part, s.
        fall: duration of the trailing edge, s; 0 for a rectangular pulse.

    Raises:
        ValueError: if a number is negative or not finite, or if the width is zero.
    """

    power: float
    width: float = 50e-9
    fall: float = 0.0

    def __post_init__(self) -> None:
        not_negative('power', self.power)
        positive('width', self.width)
        not_negative('fall', self.fall)

    @property
    def duration(self) -> float:
        """How long the power is on, its trailing edge included, s."""
        return self.width + self.fall

    @property
    def energy(self) -> float:
        """The integral of the power over time, J."""
        return self.power * (self.width + self.fall / 2)

    def at(self, time: npt.ArrayLike) -> float | np.ndarray:
        """Return the power at a time after the beginning of the pulse, W."""
        time = np.asarray(time, dtype=float)
        edge = (self.duration - time) / self.fall if self.fall else (time < self.width).astype(float)
        return self.power * np.where(time < 0, 0.0, np.clip(edge, 0.0, 1.0))


@dataclass(frozen=True)
class PulseTrace:
    """What happened in a cell while it was heated; the first axis of every array is time.

    Attributes:
        time: time, s, [times].
        power: power that was applied, W, [times, ...].
        heat: power that heats the cell, delayed by its heat capacity, W, [times, ...].
        temperature: temperature where glass and crystal meet, K, [times, ...].
        melt: how far the melt reaches, m, [times, ...].
        thickness: thickness of what is not crystal, be it glass or melt, m, [times, ...].
    """

    time: np.ndarray
    power: np.ndarray
    heat: np.ndarray
    temperature: np.ndarray
    melt: np.ndarray
    thickness: np.ndarray


def apply_power(cell: PCMCell, time: npt.ArrayLike, power: npt.ArrayLike, thickness: npt.ArrayLike = 0.0) -> PulseTrace:
    """Follow a cell while it is heated by a power of any shape.

        dP_heat/dt = (P - P_heat) / tau,    T = T_amb + R_0 (1 - u / L) P_heat
        u >= u_melt(P_heat);                du/dt = -v_g(T) where nothing melts

    The heat is exact if the power is constant within each step; growth takes its velocity from the middle of each step.
    Steps of 0.1 ns are accurate to about 1 % for the pulses of this package.

    Example:
        >>> time = np.arange(0, 80e-9, 0.1e-9)
        >>> apply_power(PCMCell(), time, np.where(time < 50e-9, 400e-6, 0)).thickness[-1]    # 27 nm of glass

    Args:
        cell: parameters of the cell (`PCMCell`).
        time: evenly spaced times, s, [times].
        power: power from each time to the next, W, [times] or [times, cells].
        thickness: thickness of the glass at the beginning, m; a number or [cells].

    Returns:
        The history of the cell (`PulseTrace`).

    Raises:
        ValueError: if the times are not evenly spaced, a power is negative or not finite, or the thickness is not in
            [0, height].
    """
    time, power = np.asarray(time, dtype=float), np.asarray(power, dtype=float)
    steps = np.diff(time) if time.ndim == 1 else np.zeros(1)
    if not (len(steps) and steps[0] > 0 and np.allclose(steps, steps[0], rtol=1e-6, atol=0)):
        raise ValueError('time must be one-dimensional, with at least two evenly spaced, increasing numbers')
    if power.shape[:1] != time.shape or not (np.isfinite(power) & (power >= 0)).all():
        raise ValueError(f'power of the shape {power.shape} must be finite and not negative, with one entry for each of the '
                         f'{len(time)} times')
    start = cell.checked_thickness(thickness)
    step = float(time[1] - time[0])
    stay = np.exp(-step / cell.thermal_time)
    heat = lfilter([0.0, 1 - stay], [1.0, -stay], power, axis=0)
    melt = cell.melt_front(heat)
    shape = np.broadcast_shapes(power.shape[1:], start.shape)
    heat, melt = (np.broadcast_to(np.reshape(x, (len(time), *(1,) * (len(shape) - power.ndim + 1), *power.shape[1:])),
                                  (len(time), *shape)) for x in (heat, melt))
    glass = follow_growth(cell, step, np.maximum(start, melt[0]), (heat[1:] + heat[:-1]) / 2, melt[1:])
    return PulseTrace(time, power, heat, np.asarray(cell.temperature(glass, heat)), melt, glass)


def follow_growth(cell: PCMCell, step: float, start: float | np.ndarray, heat: np.ndarray, melt: np.ndarray) -> np.ndarray:
    """Return the thickness of the glass before the first time step and after every step, m, [steps + 1, ...].

    Args:
        cell: parameters of the cell (`PCMCell`).
        step: time step, s.
        start: thickness of the glass at the beginning, m.
        heat: power that heats the cell in the middle of each step, W, [steps, ...].
        melt: how far the melt reaches at the end of each step, m, [steps, ...].
    """
    if np.ndim(start) == 0:  # one cell: plain numbers are much faster than arrays of one number
        start, heat, melt = float(start), heat.tolist(), melt.tolist()
    maximum = functions_of(start).maximum
    states = [start]
    for power, front in zip(heat, melt):
        u = states[-1]
        half = u - 0.5 * step * cell.growth_velocity(cell.temperature(u, power))
        grown = u - step * cell.growth_velocity(cell.temperature(maximum(half, 0.0), power))
        states.append(maximum(maximum(grown, 0.0), front))
    return np.array(states)


def apply_pulse(cell: PCMCell, pulse: Pulse, thickness: npt.ArrayLike = 0.0, step: float = STEP) -> PulseTrace:
    """Follow a cell through a pulse and the cooling after it.

    Example:
        >>> apply_pulse(PCMCell(), Pulse(400e-6)).thickness[-1]                         # RESET: 27.3e-9 m of glass
        >>> apply_pulse(PCMCell(), Pulse(250e-6), 27.3e-9).thickness[-1]                # SET

    Args:
        cell: parameters of the cell (`PCMCell`).
        pulse: the pulse (`Pulse`).
        thickness: thickness of the glass before the pulse, m; a number, or an array for cells that start differently.
        step: longest time step, s.

    Returns:
        The history of the cell (`PulseTrace`).

    Raises:
        ValueError: if the step is not positive and finite, or if the thickness is not in [0, height].
    """
    positive('step', step)
    steps = int(np.ceil((pulse.duration + COOLING) / step))
    time = np.linspace(0, pulse.duration + COOLING, steps + 1)
    middle = np.append((time[1:] + time[:-1]) / 2, time[-1])
    return apply_power(cell, time, pulse.at(middle), thickness)


def apply_train(cell: PCMCell, pulse: Pulse, pulses: int, thickness: npt.ArrayLike = 0.0) -> np.ndarray:
    """Return the thickness of the glass before a train of equal pulses and after each pulse, m, [pulses + 1, ...].

    The cell cools down between pulses. See `apply_pulse`.
    """
    states = [cell.checked_thickness(thickness)]
    for _ in range(count('pulses', pulses)):
        states.append(apply_pulse(cell, pulse, states[-1]).thickness[-1])
    return np.array(states)


def programming_curve(cell: PCMCell, powers: npt.ArrayLike, width: float = 50e-9, fall: float = 0.0,
                      thickness: npt.ArrayLike = 0.0) -> np.ndarray:
    """Return the thickness of the glass after one pulse, for each of several powers, m, [powers].

    For thicknesses [cells, 1] before the pulse, the result is [cells, powers]. If there was glass, the curve has the shape
    of a U: too weak a pulse does nothing, a stronger one grows crystal, too strong a pulse melts.
    """
    shape = Pulse(1.0, width, fall)
    steps = int(np.ceil((shape.duration + COOLING) / STEP))
    time = np.linspace(0, shape.duration + COOLING, steps + 1)
    middle = np.append((time[1:] + time[:-1]) / 2, time[-1])
    return apply_power(cell, time, np.multiply.outer(shape.at(middle), np.asarray(powers, dtype=float)),
                       thickness).thickness[-1]
