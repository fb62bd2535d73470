"""Cells of several arrays, whose weight is a sum, `W = sum_k c_k D_k`: all but the way in which pulses reach the arrays."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import Any

import numpy as np

from aihwlab.exceptions import ConfigError
from aihwlab.kernel import reference
from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.pulsed import Delivery, PulsedCells, Received
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.devices.weight_array import check_weights
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Stream
from aihwlab.kernel.update import UNKNOWN, Magnitudes, Vectors, check_vectors, finite_magnitudes
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters

WEIGHTS = 'hidden_weights'
"""The name under which `hidden` shows the weights of each array, with its number behind it."""


class ManyArrayCells(PulsedCells):
    """Cells with several devices, or cells of their own, each of which has an array.

    Every array draws from a child of the stream of an operation, the child of its number.

    Attributes:
        parameters: parameters of the cells, resolved.
        parts: the arrays.
        sum: the weights that products see, [out, in].
    """

    def __init__(self, parameters: Any, parts: list[PulsedCells]) -> None:
        self.parameters, self.parts = parameters, parts
        self.sum = array_namespace(parts[0].weights).zeros_like(parts[0].weights)
        self.add_up()

    @property
    def weights(self) -> Array:
        """The weights that products see, [out, in]."""
        return self.sum

    def add_up(self) -> None:
        """Work out the weights anew."""
        total: Any = 0
        for part, share in zip(self.parts, self.parameters.shares()):
            if share != 0:
                total = total + np.float32(share) * part.weights
        self.sum[...] = total

    # Pulses.

    @property
    def granularity(self) -> float:
        """Mean of the granularities of the arrays."""
        return sum(part.granularity for part in self.parts) / len(self.parts)

    @property
    def arrays(self) -> list[DeviceArray]:
        """All arrays of devices."""
        return [array for part in self.parts for array in part.arrays]

    def rate(self, learning_rate: float) -> float:
        """Return the learning rate of the pulse trains: that of the tile."""
        return learning_rate

    def update(self, x: Vectors, d: Array, learning_rate: float, update: UpdateParameters, stream: Stream,
               engine: Engine, largest: Magnitudes = UNKNOWN) -> None:
        """Draw the pulse trains of all vectors, once for all arrays, and let the cells take them."""
        check_vectors(self.weights.shape, x, d, learning_rate)
        if update.pulse_type is PulseType.NONE_WITH_DEVICE:
            raise ConfigError(f'update.pulse_type = {update.pulse_type}: must be a type with pulses for '
                              f'{type(self.parameters).__name__}, which says how pulses reach its devices')
        if learning_rate == 0:
            return
        stages, counts = self.stages(d, engine), engine.counts
        x = stages.gather(x)
        largest = finite_magnitudes(x, d, stages, largest)
        x, d, course = self.prepared(x, d, largest, update, stages, stream)
        plan = self.plan(largest, learning_rate, update, stages, course)
        counted = counts is not None and counts.has_pulses
        trains = stages.draw_trains(x, d, plan, update, stream, complete=counted)
        received = self.take(trains, Delivery(learning_rate, len(largest[0]), stages, engine, course), stream)
        if counts is not None:
            counts.updates += len(largest[0])
            if counted:
                counts.count_trains(trains.slots, trains.sent(), received.met, self.weights.shape)
                counts.count_steps(received.steps)

    def prepared(self, x: Vectors, d: Array, largest: tuple[Array, Array], update: UpdateParameters, stages: Any,
                 stream: Stream) -> tuple[Vectors, Array, Any]:
        """Return the vectors of an update as pulse trains are to show them, here unchanged; and what `deliver` finds as the
        course of its delivery."""
        return x, d, None

    def plan(self, largest: tuple[Array, Array], learning_rate: float, update: UpdateParameters, stages: Any,
             course: Any) -> Any:
        """Return length and scale of the pulse trains of each vector."""
        return stages.plan_pulses(*largest, self.rate(learning_rate), self.granularity, update)

    def stages(self, d: Array, engine: Engine) -> Any:
        """Return the stages of one backend, by which all arrays can be pulsed."""
        able = [engine.stages(d, array) for array in self.arrays]
        return reference if reference in able else able[0]

    def take(self, trains: Any, delivery: Delivery, stream: Stream) -> Received:
        """Give pulse trains to the arrays, and work out the weights anew."""
        received = self.deliver(trains, delivery, stream)
        self.add_up()
        return received

    @abstractmethod
    def deliver(self, trains: Any, delivery: Delivery, stream: Stream) -> Received:
        """Give pulse trains to the arrays that they are for; arguments as of `take`."""

    # What else happens to the weights.

    def write(self, weights: Array, stream: Stream) -> None:
        """Set the weights, by setting those of the arrays."""
        check_weights(weights, self.weights)
        for number, target in self.targets(weights):
            self.parts[number].write(target, stream.child(number))
        self.add_up()

    def targets(self, weights: Array) -> Iterable[tuple[int, Array]]:
        """Return what to set for weights: numbers of arrays, and the weights of each.

        Devices go as far as they have to, all alike, `D_k = W sign(c_k) / sum |c|`.
        """
        shares = self.parameters.shares()
        total = sum(abs(share) for share in shares)
        return [(number, weights * np.float32(np.sign(share) / total)) for number, share in enumerate(shares)]

    def diffuse(self, stream: Stream) -> None:
        """Let the weights of all arrays diffuse by one training step."""
        for number, part in enumerate(self.parts):
            part.diffuse(stream.child(number))
        self.add_up()

    def decay(self, stream: Stream, alpha: float = 1.0) -> None:
        """Let the weights of all arrays decay by one training step."""
        for number, part in enumerate(self.parts):
            part.decay(stream.child(number), alpha)
        self.add_up()

    def drift(self, stream: Stream, delta_t: float) -> None:
        """Let the weights of all arrays drift for a time."""
        parts = self.copied_parts()
        for number, part in enumerate(parts):
            part.drift(stream.child(number), delta_t)
        self.parts = parts
        self.add_up()

    def reset(self, stream: Stream, start: int, count: int, probability: float) -> None:
        """Reset the devices of some columns in all arrays."""
        for number, part in enumerate(self.parts):
            part.reset(stream.child(number), start, count, probability)
        self.add_up()

    @property
    def ages(self) -> tuple[bool, bool]:
        """Whether the weights of any array diffuse, and whether they decay."""
        diffuse, decay = zip(*(part.ages for part in self.parts))
        return any(diffuse), any(decay)

    # What is hidden, and what is saved.

    def hidden(self) -> dict[str, Array]:
        """Return what is hidden in each array with its number behind the name, and its weights as 'hidden_weights_0' ..."""
        return {f'{name}_{number}': value for number, part in enumerate(self.parts)
                for name, value in {**part.hidden(), WEIGHTS: part.weights}.items()}

    def set_hidden(self, hidden: Mapping[str, Array]) -> None:
        """Set what `hidden` returns; names that are left out keep their values."""
        unknown = set(hidden) - set(self.hidden())
        if unknown:
            raise ValueError(f'hidden parameters {sorted(unknown)} do not belong to {type(self.parameters).__name__}: '
                             f'must be among {sorted(self.hidden())}')
        parts = self.copied_parts()  # if one array refuses, the others are as they were
        for number, part in enumerate(parts):
            own = {name.rpartition('_')[0]: value for name, value in hidden.items() if name.rpartition('_')[2] == str(number)}
            weights = own.pop(WEIGHTS, None)
            try:
                part.set_hidden(own)
                if weights is not None:
                    part.restore(part.arrays[0].checked_hidden({WEIGHTS: weights})[WEIGHTS])
            except ValueError as error:
                raise ValueError(f'array {number}: {error}') from None
        self.parts = parts
        self.add_up()

    def state(self) -> dict[str, Any]:
        """Return the state and the weights of each array, by its number."""
        return {str(number): {**part.state(), 'weights': part.weights} for number, part in enumerate(self.parts)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned."""
        parts = self.copied_parts()
        for number, part in enumerate(parts):
            part.load(state[str(number)])
            part.restore(state[str(number)]['weights'])
        self.parts = parts
        self.add_up()

    def copied_parts(self) -> list[Any]:
        """Return copies of the arrays."""
        return [part.map(lambda array: array.copy()) for part in self.parts]

    def restore(self, weights: Array) -> None:
        """Do nothing: the weights are those of the arrays."""

    def map(self, function: Callable[[Array], Array]) -> Any:
        """Return cells whose arrays are those of these after a function; what else changes in the cells is copied."""
        mapped = copy(self)
        mapped.parts, mapped.sum = [part.map(function) for part in self.parts], function(self.sum)
        return mapped
