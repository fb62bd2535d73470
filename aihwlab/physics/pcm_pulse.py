"""What a pulse does to a phase-change memory cell: heat, melt, quench and crystallise, step by step in time."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from aihwlab.physics.arguments import count, not_negative, positive
from aihwlab.physics.pcm_cell import functions_of

STEP = 0.1e-9
"""Longest step in time, s."""

COOLING = 30e-9
"""How long a cell is followed after a pulse, s: ten of its thermal time constants."""


@dataclass(frozen=True)
class Pulse:
    """A trapezoid of power: on at once, flat for `width`, then falling linearly to zero within `fall`.

    Attributes:
        power: of the flat part, W.
        width: of the flat part, s.
        fall: duration of the trailing edge, s; 0 for a box.

    Raises:
        ValueError: for negative numbers, or a width of zero.
    """

    power: float
    width: float = 50e-9
    fall: float = 0.0

    def __post_init__(self):
        not_negative('power', self.power)
        positive('width', self.width)
        not_negative('fall', self.fall)

    @property
    def duration(self):
        """From the first to the last moment of power, s."""
        return self.width + self.fall

    @property
    def energy(self):
        """The integral of power over time, J."""
        return self.power * (self.width + self.fall / 2)

    def at(self, time):
        """Return the power at a time after the beginning, W."""
        time = np.asarray(time, dtype=float)
        edge = (self.duration - time) / self.fall if self.fall else (time < self.width).astype(float)
        return self.power * np.where(time < 0, 0.0, np.clip(edge, 0.0, 1.0))


@dataclass(frozen=True)
class PulseTrace:
    """What happened in a cell while it was heated; the first axis of all arrays is time.

    Attributes:
        time: s, [times].
        power: applied, W, [times, ...].
        heat: power that heats the cell after the delay by its heat capacity, W, [times, ...].
        temperature: where glass and crystal meet, K, [times, ...].
        melt: how far the melt reaches, m, [times, ...].
        thickness: of what is not crystal, glass or melt, m, [times, ...].
    """

    time: np.ndarray
    power: np.ndarray
    heat: np.ndarray
    temperature: np.ndarray
    melt: np.ndarray
    thickness: np.ndarray


def apply_power(cell, time, power, thickness=0.0):
    """Follow a cell through any shape of power.

        dP_heat/dt = (P - P_heat) / tau,    T = T_amb + R_0 (1 - u / L) P_heat
        u >= u_melt(P_heat);                du/dt = -v_g(T) where nothing melts

    The heat is exact for a power that is constant in each step, the growth takes its velocity from the middle of each
    step. Steps of 0.1 ns are good to about 1 % for the pulses of this package.

    Example:
        >>> time = np.arange(0, 80e-9, 0.1e-9)
        >>> apply_power(PCMCell(), time, np.where(time < 50e-9, 400e-6, 0)).thickness[-1]    # 27 nm of glass

    Args:
        cell: parameters (`PCMCell`).
        time: evenly spaced, s, [times].
        power: from each time to the next, W, [times] or [times, cells].
        thickness: of the glass at the beginning, m; a number or [cells].

    Returns:
        The history (`PulseTrace`).

    Raises:
        ValueError: for times that are not evenly spaced, negative power, and a thickness outside of the cell.
    """
    time, power = np.asarray(time, dtype=float), np.asarray(power, dtype=float)
    steps = np.diff(time) if time.ndim == 1 else np.zeros(1)
    if not (len(steps) and steps[0] > 0 and np.allclose(steps, steps[0], rtol=1e-6, atol=0)):
        raise ValueError('time must be one axis of at least two evenly spaced, growing numbers')
    if power.shape[:1] != time.shape or not (np.isfinite(power) & (power >= 0)).all():
        raise ValueError(f'power of the shape {power.shape} must be finite and not negative, one for each of the '
                         f'{len(time)} times')
    start = cell.checked_thickness(thickness)
    step = float(time[1] - time[0])
    stay = np.exp(-step / cell.thermal_time)
    heat = lfilter([0.0, 1 - stay], [1.0, -stay], power, axis=0)
    melt = cell.melt_front(heat)
    shape = np.broadcast_shapes(power.shape[1:], start.shape)
    heat, melt = (np.broadcast_to(x.reshape(len(time), *(1,) * (len(shape) - power.ndim + 1), *power.shape[1:]),
                                  (len(time), *shape)) for x in (heat, melt))
    glass = follow_growth(cell, step, np.maximum(start, melt[0]), (heat[1:] + heat[:-1]) / 2, melt[1:])
    return PulseTrace(time, power, heat, cell.temperature(glass, heat), melt, glass)


def follow_growth(cell, step, start, heat, melt):
    """Return the thickness of the glass before the first step in time and after each, m, [steps + 1, ...].

    Args:
        cell: parameters (`PCMCell`).
        step: in time, s.
        start: thickness at the beginning, m.
        heat: power that heats the cell in the middle of each step, W, [steps, ...].
        melt: how far the melt reaches at the end of each step, m, [steps, ...].
    """
    if np.ndim(start) == 0:  # one cell: numbers are much faster than arrays of one number
        start, heat, melt = float(start), heat.tolist(), melt.tolist()
    maximum = functions_of(start).maximum
    states = [start]
    for power, front in zip(heat, melt):
        u = states[-1]
        half = u - 0.5 * step * cell.growth_velocity(cell.temperature(u, power))
        grown = u - step * cell.growth_velocity(cell.temperature(maximum(half, 0.0), power))
        states.append(maximum(maximum(grown, 0.0), front))
    return np.array(states)


def apply_pulse(cell, pulse, thickness=0.0, step=STEP):
    """Follow a cell through a pulse and the cooling after it.

    Example:
        >>> apply_pulse(PCMCell(), Pulse(400e-6)).thickness[-1]                         # RESET: 27.3e-9 m of glass
        >>> apply_pulse(PCMCell(), Pulse(250e-6), 27.3e-9).thickness[-1]                # SET

    Args:
        cell: parameters (`PCMCell`).
        pulse: the pulse (`Pulse`).
        thickness: of the glass before it, m; a number or an array for cells that start differently.
        step: longest step in time, s.

    Returns:
        The history (`PulseTrace`).

    Raises:
        ValueError: for a step that is not positive, and a thickness outside of the cell.
    """
    positive('step', step)
    steps = int(np.ceil((pulse.duration + COOLING) / step))
    time = np.linspace(0, pulse.duration + COOLING, steps + 1)
    middle = np.append((time[1:] + time[:-1]) / 2, time[-1])
    return apply_power(cell, time, pulse.at(middle), thickness)


def apply_train(cell, pulse, pulses, thickness=0.0):
    """Return the thickness of the glass before a train of equal pulses and after each, m, [pulses + 1, ...].

    The cell cools down between pulses. See `apply_pulse`.
    """
    states = [cell.checked_thickness(thickness)]
    for _ in range(count('pulses', pulses)):
        states.append(apply_pulse(cell, pulse, states[-1]).thickness[-1])
    return np.array(states)


def programming_curve(cell, powers, width=50e-9, fall=0.0, thickness=0.0):
    """Return the thickness of the glass after one pulse of each power, m, [powers] or, for many [cells, 1], [cells, powers].

    From a thickness of glass it has the shape of a U: too weak does nothing, then crystal grows, too strong melts.
    """
    shape = Pulse(1.0, width, fall)
    steps = int(np.ceil((shape.duration + COOLING) / STEP))
    time = np.linspace(0, shape.duration + COOLING, steps + 1)
    middle = np.append((time[1:] + time[:-1]) / 2, time[-1])
    return apply_power(cell, time, np.multiply.outer(shape.at(middle), np.asarray(powers, dtype=float)),
                       thickness).thickness[-1]
