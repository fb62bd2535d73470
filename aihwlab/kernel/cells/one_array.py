"""Cells that are one array of weights: all but their update."""

from collections.abc import Callable, Mapping
from typing import Any

from aihwlab.kernel.cells.contract import Cells
from aihwlab.kernel.devices.decay import decay
from aihwlab.kernel.devices.diffusion import diffuse
from aihwlab.kernel.devices.drift import drift
from aihwlab.kernel.devices.reset import reset_columns
from aihwlab.kernel.devices.weight_array import DriftState, WeightArray
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Stream

PERSISTENT = 'persistent_weights'
"""The name under which `hidden` shows persistent weights that differ from those that products see."""


class OneArrayCells(Cells):
    """Cells with one weight in each.

    Attributes:
        array: the weights.
    """

    def __init__(self, array: WeightArray) -> None:
        self.array = array

    @property
    def weights(self) -> Array:
        """The weights that products see, [out, in]."""
        return self.array.visible

    def write(self, weights: Array, stream: Stream) -> None:
        """Set the weights; see `WeightArray.set_weights`."""
        self.array.set_weights(weights, stream)

    def diffuse(self, stream: Stream) -> None:
        """Let the weights diffuse by one training step."""
        diffuse(self.array, stream)

    def decay(self, stream: Stream, alpha: float = 1.0) -> None:
        """Let the weights decay by one training step."""
        decay(self.array, stream, alpha)

    def drift(self, stream: Stream, delta_t: float) -> None:
        """Let the weights drift for a time."""
        drift(self.array, stream, delta_t)

    def reset(self, stream: Stream, start: int, count: int, probability: float) -> None:
        """Reset the cells of some columns."""
        reset_columns(self.array, stream, start, count, probability)

    @property
    def ages(self) -> tuple[bool, bool]:
        """Whether the weights diffuse, and whether they decay."""
        return self.array.parameters.requires_diffusion(), self.array.parameters.requires_decay()

    def hidden(self) -> dict[str, Array]:
        """Return what is fixed or hidden in each cell, by name, [out, in]."""
        if self.array.persistent is self.array.visible:
            return dict(self.array.hidden)
        return {**self.array.hidden, PERSISTENT: self.array.persistent}

    def set_hidden(self, hidden: Mapping[str, Array]) -> None:
        """Set what `hidden` returns; names that are left out keep their values."""
        unknown = set(hidden) - set(self.hidden())
        if unknown:
            raise ValueError(f'hidden parameters {sorted(unknown)} do not belong to {type(self.array.parameters).__name__}: '
                             f'must be among {sorted(self.hidden())}')
        checked = self.array.checked_hidden(dict(hidden))
        persistent = checked.pop(PERSISTENT, None)
        self.array.set_hidden(checked, persistent)

    def state(self) -> dict[str, Any]:
        """Return what changes or was drawn, beside the weights."""
        return {'hidden': self.hidden(), 'drift': dict(vars(self.array.drift))}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned."""
        hidden, drift_state = dict(state['hidden']), DriftState(**state['drift'])
        drift_state.require_possible(self.array.visible.shape)
        persistent = hidden.pop(PERSISTENT, self.array.persistent)
        self.set_hidden(hidden)
        if persistent is not self.array.persistent:
            self.array.require_in_bounds(persistent, PERSISTENT)
            self.array.persistent[...] = persistent
        self.array.drift = drift_state

    def require_possible(self, weights: Array) -> None:
        """Raise a ValueError for weights that the array, in its present state, cannot have."""
        self.array.require_possible(weights)

    def map(self, function: Callable[[Array], Array]) -> 'OneArrayCells':
        """Return cells whose arrays are those of these after a function."""
        return type(self)(self.array.map(function))
