"""Configurations for a training algorithm, by its name."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from aihwlab.exceptions import ArgumentError
from aihwlab.parameters.device import IdealDevice
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.configs import SingleRPUConfig


def build_config(algorithm: str, device: PulsedDevice | IdealDevice | Callable[[], Any],
                 io_parameters: IOParameters | Callable[[], IOParameters] = IOParameters,
                 up_parameters: UpdateParameters | Callable[[], UpdateParameters] = UpdateParameters,
                 n_devices: int = 1, construction_seed: int = 0, **kwargs: Any) -> SingleRPUConfig:
    """Return a configuration for training with a device.

    Args:
        algorithm: 'sgd', in letters of any size: gradient descent by pulses, where the devices stand.
        device: the device at each crosspoint, as all of the following an object, of which a copy is taken, or a class.
        io_parameters: converters, forward and backward.
        up_parameters: pulse trains of the update.
        n_devices: number of devices at each crosspoint.
        construction_seed: seed of the devices; 0 means that each tile draws its own.
        kwargs: further parameters of the configuration, such as `mapping`.

    Raises:
        ArgumentError: for another algorithm, or more than one device at each crosspoint.
    """
    if algorithm.lower() != 'sgd':
        raise ArgumentError(f'algorithm = {algorithm!r}: must be "sgd"; algorithms that need several devices at '
                            'each crosspoint are not here yet')
    if n_devices != 1:
        raise ArgumentError(f'n_devices = {n_devices}: must be 1; several devices at each crosspoint are not here yet')
    placed = made(device)
    placed.construction_seed = construction_seed
    return SingleRPUConfig(device=placed, forward=made(io_parameters), backward=made(io_parameters),
                           update=made(up_parameters), **kwargs)


def made(parameters: Any) -> Any:
    """Return new parameters: a copy of an object, or what a class or function makes."""
    return parameters() if callable(parameters) else deepcopy(parameters)
