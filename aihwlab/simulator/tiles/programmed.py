"""Weights on devices that were programmed once: what has been written, what is read of it a time later, and the checkpoint."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import torch

from aihwlab.exceptions import TileError
from aihwlab.inference.arrays import torch_draws_from
from aihwlab.inference.noise.base import BaseNoiseModel, ProgrammedDevices
from aihwlab.kernel.random import Stream
from aihwlab.simulator.tiles.checkpoint import require_saved, saved_tensor


@dataclass
class Programmed:
    """The weights of a tile on programmed devices. Nothing of it changes once it is made: a later time gives another one.

    All random numbers follow from the seed of the tile, the operation that programmed it, and the time: so the devices can be
    read for any times in any order, and are the same each time.

    Attributes:
        operation: number of the operation of the tile that programmed it.
        noise_model: name of the class of the model of noise.
        devices: the devices after programming (`aihwlab.inference.noise.base.ProgrammedDevices`).
        written: weights that the devices hold after programming, [out, in] (with an analog bias, [out, in + 1]).
        compensation: name of the class of the drift compensation whose baseline is known.
        baseline: what it has read then, or None without one.
        t_inference: time since programming, s, or None before the first reading.
        weights: weights that products see now, [out, in]; those written before the first reading.
        alpha: factor of the drift compensation, [1] or [out].
    """

    operation: int
    noise_model: str
    devices: ProgrammedDevices
    written: torch.Tensor
    compensation: str
    baseline: torch.Tensor | None
    t_inference: float | None
    weights: torch.Tensor
    alpha: torch.Tensor

    def stream(self, seed: int, t_inference: float | None) -> Stream:
        """Return the random numbers of what is read at a time, or of programming itself."""
        stream = Stream(seed, self.operation)
        return stream if t_inference is None else stream.occasion(bits_of(t_inference))

    def map(self, function: Callable[[torch.Tensor], torch.Tensor]) -> 'Programmed':
        """Return the same with all tensors after a function, for example on another torch device."""
        return replace(self, **{part.name: mapped(getattr(self, part.name), function) for part in fields(self)})


def bits_of(time: float) -> int:
    """Return a number that no other time has: the bits of the time."""
    number: int = struct.unpack('<Q', struct.pack('<d', abs(float(time))))[0]
    return number


def program(noise_model: BaseNoiseModel, weights: torch.Tensor, seed: int, operation: int) -> Programmed:
    """Return weights on new devices, without a baseline for the compensation of drift.

    Args:
        noise_model: what programming does to devices.
        weights: weights to write, [out, in].
        seed, operation: random stream of the tile.
    """
    with torch_draws_from(Stream(seed, operation)):
        devices = noise_model.program(weights.clone())
    return with_devices(noise_model, devices, operation)


def measured(noise_model: BaseNoiseModel, weights: torch.Tensor, seed: int, operation: int) -> Programmed:
    """Return devices that hold weights exactly, because these were read on a chip; arguments as of `program`.

    What their drift depends on is drawn, as if the conductances were those that they were programmed to.
    """
    conductances, conversion = noise_model.g_converter.convert_to_conductances(weights.clone())
    with torch_draws_from(Stream(seed, operation)):
        drift_parameters = [noise_model.generate_drift_coefficients(conductance) for conductance in conductances]
    return with_devices(noise_model, ProgrammedDevices(conductances, drift_parameters, conversion), operation)


def with_devices(noise_model: BaseNoiseModel, devices: ProgrammedDevices, operation: int) -> Programmed:
    """Return what is programmed by an operation, as it is before the first reading."""
    written = noise_model.weights_of(devices)
    return Programmed(operation, type(noise_model).__name__, devices, written, 'NoneType', None, None, written,
                      torch.ones(1, device=written.device))


def aged(noise_model: BaseNoiseModel, programmed: Programmed, t_inference: float, seed: int) -> Programmed:
    """Return the same devices as they are read a time after programming, s."""
    with torch_draws_from(programmed.stream(seed, t_inference)):
        weights = noise_model.weights_at(programmed.devices, t_inference)
    return replace(programmed, t_inference=float(t_inference), weights=weights)


# What a checkpoint holds of it.


def mapped(value: Any, function: Callable[[torch.Tensor], Any]) -> Any:
    """Return a value with each tensor in it, in lists and dictionaries, after a function."""
    if torch.is_tensor(value):
        return function(value)
    if isinstance(value, ProgrammedDevices):
        return ProgrammedDevices(*(mapped(part, function) for part in value))
    if isinstance(value, (list, tuple)):
        return [mapped(item, function) for item in value]
    return {name: mapped(item, function) for name, item in value.items()} if isinstance(value, dict) else value


def state_of_programmed(programmed: Programmed | None) -> dict[str, Any] | None:
    """Return tensors on the CPU, numbers, strings, lists and dictionaries."""
    if programmed is None:
        return None
    copied = programmed.map(lambda tensor: tensor.detach().cpu().clone())
    return {**vars(copied), 'devices': copied.devices._asdict()}


def programmed_from(state: Any, shape: tuple[int, int], noise_model: BaseNoiseModel, key: str) -> Programmed | None:
    """Return what `state_of_programmed` has described, for weights of a shape and a model of noise.

    Raises:
        TileError: for a part that is missing or impossible; the message names it.
    """
    if state is None:
        return None
    names = {part.name for part in fields(Programmed)}
    require_saved(isinstance(state, dict) and state.keys() == names, key, state, f'None, or have {", ".join(sorted(names))}')
    operation, time, alpha = state['operation'], state['t_inference'], state['alpha']
    require_saved(_is_number(operation, int) and operation >= 0, f'{key}.operation', operation, 'a count')
    for name in ('noise_model', 'compensation'):
        require_saved(isinstance(state[name], str), f'{key}.{name}', state[name], 'the name of a class')
    require_saved(time is None or _is_number(time, (int, float)) and 0 <= time < float('inf'), f'{key}.t_inference', time,
                  'a time in s, or None')
    weights, written = (saved_tensor(state[name], shape, f'{key}.{name}') for name in ('weights', 'written'))
    sizes = [(), (1,), shape[:1]]
    for name, value in (('alpha', alpha), ('baseline', state['baseline'])):
        if name == 'alpha' or value is not None:
            require_saved(torch.is_tensor(value) and tuple(value.shape) in sizes and not value.is_complex()
                          and bool((torch.isfinite(value) & (value > 0)).all()), f'{key}.{name}', value,
                          f'positive and finite, one number or {shape[0]}')
    devices = _devices(state['devices'], f'{key}.devices')
    if state['noise_model'] == type(noise_model).__name__:
        try:
            found = noise_model.weights_of(devices)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise TileError(f'{key}.devices: {error}') from error
        if not torch.allclose(found, written):
            raise TileError(f'{key}.written and {key}.devices: must be the weights that the devices hold')
    return Programmed(operation, state['noise_model'], devices, written, state['compensation'], state['baseline'], time,
                      weights, alpha)


def _devices(state: Any, key: str) -> ProgrammedDevices:
    """Return the devices that a state describes."""
    names = ProgrammedDevices._fields
    require_saved(isinstance(state, dict) and set(state) == set(names), key, state, f'a dictionary of {", ".join(names)}')
    for name, kind in zip(names, (list, list, dict)):
        require_saved(isinstance(state[name], kind), f'{key}.{name}', state[name], f'a {kind.__name__}')
    conductances, parameters = state['conductances'], state['drift_parameters']
    require_saved(len(conductances) == len(parameters), f'{key}.drift_parameters', parameters, f'{len(conductances)} parts')

    def checked(tensor: torch.Tensor) -> torch.Tensor:
        require_saved(bool(torch.isfinite(tensor).all()), key, tensor, 'finite numbers')
        return tensor.detach().clone()

    for tensor, parameter in zip(conductances, parameters):
        require_saved(torch.is_tensor(tensor), f'{key}.conductances', conductances, 'a list of tensors')
        require_saved(parameter is None or torch.is_tensor(parameter) and parameter.shape == tensor.shape,
                      f'{key}.drift_parameters', parameters, 'a list of tensors like the conductances, or of None')
    return ProgrammedDevices(*(mapped(state[name], checked) for name in names))


def _is_number(value: Any, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
