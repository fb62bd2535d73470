"""What happens in a small crossbar, moment by moment: while it multiplies, and while pulses update it.

Four rows take inputs, four columns give outputs or take gradients, and each crosspoint is one cell. Energies are those of
`aihwlab.physics.work`; the update is that of the kernel, time slot by time slot.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, cast

import numpy as np

from aihwlab.kernel.coincidences import apply_trains
from aihwlab.kernel.devices.device_array import DeviceArray, build_device_array
from aihwlab.kernel.laws.constant_step import ConstantStepDevice
from aihwlab.kernel.pulse_plan import plan_pulses
from aihwlab.kernel.pulse_trains import StochasticTrains, draw_trains
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters
from aihwlab.physics.energy import converter_energy
from aihwlab.physics.work import TileHardware

INPUTS = np.array([1.0, 0.5, -0.8, 0.25], dtype=np.float32)
GRADIENTS = np.array([-0.9, 0.6, 0.3, -0.5], dtype=np.float32)
WEIGHTS = np.array([[0.8, -0.6, 0.2, 0.5], [-0.4, 0.7, 0.9, -0.8], [0.1, 0.3, -0.7, 0.6], [0.5, -0.9, 0.4, 0.0]],
                   dtype=np.float32)
"""Inputs, gradients and weights [columns, rows] to begin with; a weight of -1 is no conductance, +1 is `G_MAX`."""

G_MAX = 25e-6
"""Largest conductance, S."""

FULL_SCALE = 0.2
"""Voltage of an input of 1, V."""

CELL = ConstantStepDevice(dw_min=0.1, dw_min_std=0.3, dw_min_dtod=0.1, w_max=1.0, w_min=-1.0, w_max_dtod=0.0, w_min_dtod=0.0)
"""Cells of the update: steps so large that one is seen."""

START, END = 0.2, 0.9
"""Parts of a product at which its voltages have arrived, and at which they go."""

TRAVEL, CHANGE = 0.45, 0.75
"""Parts of a time slot at which its pulses have arrived, and at which the cells change."""


class Moment(NamedTuple):
    """A moment of a product or an update.

    Attributes:
        conductance: of the cells, S, [rows, columns].
        rows, columns: how far a voltage has come along each line, 0 to 1, with the sign of the line; 0 if it is off.
        current: through the cells, A, [rows, columns]; in an update, only where pulses meet.
        changes: direction in which each cell is changed by pulses that meet right now, +1, -1 or 0, [rows, columns].
        collected: charge at the ends of the columns so far, C, [columns]; None in an update.
        time, energy: so far, s and J.
        times, energies: their course from beginning to end, s and J.
        slot: number of the time slot, from 0; -1 in a product.
    """

    conductance: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    current: np.ndarray
    changes: np.ndarray
    collected: np.ndarray | None
    time: float
    energy: float
    times: np.ndarray
    energies: np.ndarray
    slot: int = -1


def conductance_of(weights: np.ndarray) -> np.ndarray:
    """Return the conductances of weights [columns, rows] from -1 to 1, S, [rows, columns]."""
    return G_MAX * (1 + np.clip(weights.T.astype(float), -1, 1)) / 2


def product_at(part: float, hardware: TileHardware) -> Moment:
    """Return a moment of a product of the inputs.

        I_ij = G_ij V_i          Q_j(t) = t sum_i I_ij          E(t) = E_DACs + t sum_ij G_ij V_i^2 (+ E_ADCs)

    Voltages need well under 0.1 ns to reach the end of such short lines; here they are seen on their way while time stands
    still. Left out are the capacitance of the lines and the time that converters take.

    Args:
        part: how much of it is over, 0 to 1.
        hardware: converters and voltages.
    """
    conductance, voltage = conductance_of(WEIGHTS), FULL_SCALE * INPUTS.astype(float)
    current = conductance * voltage[:, None]
    power = (current * voltage[:, None]).sum()
    way = min(part / START, 1.0)
    over = min(max((part - START) / (END - START), 0.0), 1.0)
    dacs = len(INPUTS) * converter_energy(hardware.dac_bits, hardware.figure_of_merit)
    adcs = conductance.shape[1] * converter_energy(hardware.adc_bits, hardware.figure_of_merit)
    time = over * hardware.read_time
    reached = np.arange(1, conductance.shape[1] + 1) <= way * (conductance.shape[1] + 0.5)
    is_on = part < END
    return Moment(conductance, way * np.sign(voltage) * is_on, np.zeros(conductance.shape[1]), current * reached * is_on,
                  np.zeros(conductance.shape), current.sum(axis=0) * time, time,
                  dacs + power * time + (0.0 if is_on else adcs), np.array([0, 0, 1, 1]) * hardware.read_time,
                  np.array([0, dacs, dacs + power * hardware.read_time, dacs + power * hardware.read_time + adcs]))


class Update(NamedTuple):
    """An update, slot by slot: pulse trains, and the weights [slots + 1, columns, rows] before, between and after them."""

    trains: StochasticTrains
    weights: np.ndarray


@lru_cache(maxsize=64)
def update_of(slots: int, seed: int) -> Update:
    """Return the update of the weights by the outer product of gradients and inputs, in a number of time slots."""
    stream = Stream(seed, 1)
    array = build_device_array(CELL, WEIGHTS.shape, Stream(seed, 0))
    array.persistent[...] = WEIGHTS
    array.clip()
    x, d = INPUTS[None, :, None], GRADIENTS[None, :, None]
    parameters = UpdateParameters(desired_bl=slots, update_bl_management=False, update_management=False)
    # A learning rate that makes full use of the trains: the largest probability on either side is 1.
    plan = plan_pulses(abs(x).max(axis=(1, 2)), abs(d).max(axis=(1, 2)), slots * CELL.dw_min, CELL.dw_min, parameters)
    trains = cast(StochasticTrains, draw_trains(x, d, plan, parameters, stream))
    return Update(trains, np.array([array.visible.copy(), *_weights_after(array, trains, stream)]))


def _weights_after(array: DeviceArray, trains: StochasticTrains, stream: Stream) -> Iterator[np.ndarray]:
    """Yield the weights after each slot."""
    for slot in range(trains.slots):
        apply_trains(array, trains.part(slice(0, 1), slice(slot, slot + 1)), stream)
        yield array.visible.copy()


def update_at(part: float, slots: int, seed: int, hardware: TileHardware) -> Moment:
    """Return a moment of an update by pulses.

        E = t_w sum_slots sum_ij G_ij (a_i V_w / 2 + b_j V_w / 2)^2

    `a_i` and `b_j` are 1 in slots in which a row or a column fires, otherwise 0: where two pulses meet, a cell sees the whole
    write voltage, along the rest of both lines half of it, which costs a quarter of the energy and changes nothing.

    Args:
        part: how much of it is over, 0 to 1.
        slots: number of time slots.
        seed: of pulses and cells.
        hardware: write voltage and length of a slot.
    """
    update = update_of(slots, seed)
    rows, columns = update.trains.inputs.astype(float), update.trains.gradients.astype(float)
    conductance = np.array([conductance_of(weights) for weights in update.weights])
    volts = hardware.write_voltage / 2 * (rows[:, :, None] + columns[:, None, :])
    per_slot = hardware.write_time * (conductance[:-1] * volts ** 2).sum(axis=(1, 2))
    energies, times = np.concatenate([[0.0], per_slot.cumsum()]), hardware.write_time * np.arange(slots + 1)
    slot = min(int(part * slots), slots - 1)
    phase = part * slots - slot
    way, over = min(phase / TRAVEL, 1.0), min(max((phase - TRAVEL) / (1 - TRAVEL), 0.0), 1.0)
    is_on = phase < 0.97
    meet = rows[slot][:, None] * columns[slot][None, :] * (phase >= TRAVEL) * is_on
    changes = meet * -np.sign(INPUTS[:, None] * GRADIENTS[None, :])
    now = conductance[slot + 1 if phase >= CHANGE else slot]
    return Moment(now, way * rows[slot] * np.sign(INPUTS) * is_on, way * columns[slot] * np.sign(GRADIENTS) * is_on,
                  now * volts[slot] * meet, changes, None, times[slot] + over * hardware.write_time,
                  energies[slot] + over * per_slot[slot], times, energies, slot)
