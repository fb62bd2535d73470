"""What pulses do to the cells of a tile: the experiments behind the pictures of devices."""

from copy import deepcopy
from dataclasses import fields
from typing import Any

import numpy as np
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.cells.single import SingleCells
from aihwlab.kernel.pulse_response import weights_in_turn
from aihwlab.kernel.random import Purpose, event_normals
from aihwlab.parameters.base import Parameters
from aihwlab.parameters.enums import BoundManagementType, NoiseManagementType, PulseType, WeightNoiseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.mixed_precision import DigitalRankUpdateCell
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.configs import (
    DigitalRankUpdateRPUConfig,
    IOManagedRPUConfig,
    SingleRPUConfig,
    UnitCellRPUConfig,
)

STEPS_OF_A_COMPOUND = 1000
"""How many pulses are given in each direction to cells whose number of states is not that of a device."""

CONFIGURATIONS: dict[type, Any] = {PulsedDevice: SingleRPUConfig, UnitCell: UnitCellRPUConfig,
                                   DigitalRankUpdateCell: DigitalRankUpdateRPUConfig}
"""Which configuration is for which kind of device."""


def config_of(device: Any, w_noise: float = 0.0) -> IOManagedRPUConfig:
    """Return a configuration for a device, or a cell of several, whose products have no noise but that of the weights.

    Args:
        device: parameters of a pulsed device, or of a cell of several.
        w_noise: standard deviation of the noise of a weight that is read, in units of the weight.

    Raises:
        ConfigError: for a device without pulses, or impossible parameters.
    """
    for kind, config_class in CONFIGURATIONS.items():
        if isinstance(device, kind):
            config = config_class(device=deepcopy(device), forward=weight_noise_alone(w_noise))
            config.validate()
            return config
    raise ConfigError(f'device = {device}: must be a device that is changed by pulses, such as ConstantStepDevice(), '
                      f'or a cell of such devices')


def weight_noise_alone(w_noise: float, kind: WeightNoiseType = WeightNoiseType.ADDITIVE_CONSTANT) -> IOParameters:
    """Return exact converters, around weights that are read with noise."""
    if w_noise == 0:
        return IOParameters(is_perfect=True)
    return IOParameters(inp_res=0, out_res=0, inp_bound=-1, out_bound=-1, out_noise=0.0, w_noise=w_noise, w_noise_type=kind,
                        noise_management=NoiseManagementType.NONE, bound_management=BoundManagementType.NONE)


def first_device(device: Any) -> Any:
    """Return the device of a cell, of several the first."""
    while not isinstance(device, PulsedDevice):
        device = device.unit_cell_devices[0] if isinstance(device, UnitCell) else device.device
    return device


def estimate_n_steps(rpu_config: Any) -> int:
    """Return how many pulses take a device about from one bound to the other; 1000 for cells of several devices.

    It is the range over the granularity, as if all steps were equal.

    Raises:
        ConfigError: for a device without pulses.
    """
    device = rpu_config.device
    if isinstance(device, (UnitCell, DigitalRankUpdateCell)):
        return STEPS_OF_A_COMPOUND
    if not isinstance(device, PulsedDevice):
        raise ConfigError(f'rpu_config.device = {device}: must be a device that is changed by pulses')
    device = device.resolved()
    return max(1, round((device.w_max - device.w_min) / device.law.granularity(device)))


def get_tile_for_plotting(rpu_config: Any, n_traces: int, use_cuda: bool = False, noise_free: bool = False,
                          w_init: float | None = None) -> Any:
    """Return a tile of some cells in a column, each of which gets exactly one pulse at each update with ones.

    Converters are left out; of the forward pass only the weight noise stays.

    Args:
        rpu_config: configuration with the device.
        n_traces: number of cells, the outputs of the tile; there is one input.
        use_cuda: put it on the GPU.
        noise_free: no noise from pulse to pulse, no write noise, and exact reads inside of cells; the spread from device to
            device stays.
        w_init: weight to start with; None for the lower bound.

    Raises:
        ConfigError: for a device without pulses, or impossible parameters.
        ValueError: if there are no traces.
    """
    if n_traces < 1:
        raise ValueError(f'n_traces = {n_traces}: must be at least 1')
    config = deepcopy(rpu_config)
    if not isinstance(config.device, tuple(CONFIGURATIONS)):
        raise ConfigError(f'rpu_config.device = {config.device}: must be a device that is changed by pulses')
    if noise_free:
        silence(config.device)  # type: ignore[arg-type]
    config.update = UpdateParameters(desired_bl=1, update_bl_management=False, update_management=False)
    config.forward = weight_noise_alone(0.0 if noise_free else config.forward.w_noise, config.forward.w_noise_type)
    config.mapping.weight_scaling_omega = 0.0
    tile = config.tile_class(n_traces, 1, config)
    tile.set_learning_rate(1.0)
    lowest = first_device(config.device).resolved().w_min
    tile.set_weights(torch.full((n_traces, 1), float(lowest if w_init is None else w_init)))
    return tile.cuda() if use_cuda else tile


def silence(parameters: Parameters) -> None:
    """Turn off the noise from pulse to pulse, the write noise and the noise of reads, in a cell and all that is inside."""
    if isinstance(parameters, IOParameters):
        parameters.is_perfect = True
    for name in ('dw_min_std', 'write_noise_std'):
        if name in vars(parameters):
            setattr(parameters, name, 0.0)
    for declared in fields(parameters):  # type: ignore[arg-type]
        value = getattr(parameters, declared.name)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, Parameters):
                silence(part)


def compute_pulse_response(analog_tile: Any, direction: np.ndarray, use_forward: bool = False) -> np.ndarray:
    """Update all weights of a tile up or down, again and again, and return them after each time.

    Args:
        analog_tile: the tile; from `get_tile_for_plotting`, each update is one pulse.
        direction: 1 for up, -1 for down, [pulses].
        use_forward: read the weights by products, with their noise.

    Returns:
        Weights, [pulses, out, in].

    Raises:
        ValueError: for directions other than 1 and -1.
    """
    direction = np.asarray(direction)
    if direction.ndim != 1 or not np.isin(direction, (1, -1)).all():
        raise ValueError(f'direction = {direction}: must be 1 for up or -1 for down, [pulses]')
    if not use_forward and gives_single_pulses(analog_tile):
        return single_pulses(analog_tile.kernel_tile, direction > 0)
    ones = torch.ones(1, analog_tile.in_size, device=analog_tile.device)
    gradients = {sign: -sign * torch.ones(1, analog_tile.out_size, device=analog_tile.device) for sign in (1, -1)}
    seen = np.empty((len(direction), analog_tile.out_size, analog_tile.in_size), dtype=np.float32)
    for number, sign in enumerate(direction.tolist()):
        analog_tile.update(ones, gradients[sign])
        seen[number] = read(analog_tile, use_forward)
    return seen


def gives_single_pulses(tile: Any) -> bool:
    """Return whether each update with ones is one pulse for each device of a tile on the CPU, and nothing else."""
    update = tile.rpu_config.update
    plain = (update.pulse_type in (PulseType.STOCHASTIC_COMPRESSED, PulseType.STOCHASTIC) and update.desired_bl == 1
             and not update.update_management and not update.update_bl_management and update.fixed_bl and update.res <= 0)
    cells = tile.kernel_tile.cells
    return (plain and isinstance(cells, SingleCells) and isinstance(cells.weights, np.ndarray)
            and tile.mapping_scales is None and tile.learning_rate >= cells.granularity)


def single_pulses(tile: Any, up: np.ndarray) -> np.ndarray:
    """Give single pulses to all devices of a tile of the kernel, many times faster than by updates; [pulses, out, in]."""
    array = tile.cells.array
    places, pulses = np.arange(array.visible.size), np.arange(len(up))[:, None]
    noise, write_noise = event_normals(tile.next_stream(), Purpose.DEVICE_STEP, places, pulses)
    return weights_in_turn(array, up, noise, write_noise)[1:].reshape(-1, *array.visible.shape)


@torch.no_grad()
def read(tile: Any, use_forward: bool) -> np.ndarray:
    """Return the weights of a tile, [out, in]: exactly, or by products with unit vectors."""
    weights = tile(torch.eye(tile.in_size, device=tile.device)).T if use_forward else tile.get_weights()[0]
    return weights.cpu().numpy()


def compute_pulse_statistics(w_nodes: np.ndarray, w_trace: np.ndarray, direction: np.ndarray, up_direction: bool,
                             smoothness: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of the weight change by one pulse, where the weight was near each of some nodes.

    Near is within `smoothness` times a tenth of the range of the nodes.

    Args:
        w_nodes: weights, [nodes].
        w_trace: weights after each pulse, [pulses, out, in], from `compute_pulse_response`.
        direction: 1 for up, -1 for down, [pulses].
        up_direction: take the pulses up; otherwise those down.
        smoothness: positive; larger for smoother curves.

    Returns:
        Mean and standard deviation, [nodes, out, in]; NaN where no pulse was given near a node, or for the deviation only one.

    Raises:
        ValueError: for lengths that differ, or a smoothness that is not positive.
    """
    nodes, trace, direction = np.asarray(w_nodes), np.asarray(w_trace, dtype=np.float64), np.asarray(direction)
    if len(trace) != len(direction):
        raise ValueError(f'direction of {len(direction)} pulses and w_trace of {len(trace)}: must be as many')
    if not smoothness > 0:
        raise ValueError(f'smoothness = {smoothness}: must be positive')
    chosen = (direction[1:] > 0) == up_direction
    before, change = trace[:-1][chosen], np.diff(trace, axis=0)[chosen]
    near = smoothness * np.ptp(nodes) / 10
    mean, deviation = np.full((2, len(nodes), *trace.shape[1:]), np.nan)
    for number, node in enumerate(nodes):
        here = np.abs(before - node) <= near
        count = here.sum(axis=0)
        with np.errstate(invalid='ignore'):
            mean[number] = np.where(here, change, 0).sum(axis=0) / count
            square = np.where(here, (change - mean[number]) ** 2, 0).sum(axis=0)
            deviation[number] = np.sqrt(square / np.where(count > 1, count - 1, 0))
    return mean, deviation
