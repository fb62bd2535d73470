"""What every kind of cell can do: the contract between a tile and what stands at its crosspoints."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.devices.weight_array import require_finite_array
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Stream
from aihwlab.kernel.update import UNKNOWN, Magnitudes, Vectors
from aihwlab.parameters.update import UpdateParameters


class Cells(ABC):
    """All cells of a crossbar: a matrix of weights, however many devices stand at each crosspoint.

    Random numbers come from the stream of each operation; cells of several arrays draw from its children.
    """

    @property
    @abstractmethod
    def weights(self) -> Array:
        """The weights that products see, [out, in], float32: always the same memory."""

    @abstractmethod
    def update(self, x: Vectors, d: Array, learning_rate: float, update: UpdateParameters, stream: Stream,
               engine: Engine, largest: Magnitudes = UNKNOWN) -> None:
        """Change the weights by `-learning_rate d x^T` on average, vector by vector.

        Args:
            x: inputs, [batch, in, positions], or the patches of images.
            d: gradients at the outputs, [batch, out, positions].
            learning_rate: 0 changes nothing.
            update: how inputs and gradients become pulses.
            stream: random numbers of this operation.
            engine: how to compute.
            largest: the largest magnitudes of the vectors of both, [batch, positions], if they are known.

        Raises:
            ValueError: for a negative learning rate, shapes that do not belong together, or NaN or infinite values.
        """

    @abstractmethod
    def write(self, weights: Array, stream: Stream) -> None:
        """Set the weights [out, in], each within the bounds of its devices.

        Raises:
            ValueError: for a wrong shape, or NaN or infinite weights. Nothing is changed.
        """

    @abstractmethod
    def diffuse(self, stream: Stream) -> None:
        """Let the weights diffuse by one training step."""

    @abstractmethod
    def decay(self, stream: Stream, alpha: float = 1.0) -> None:
        """Let the weights decay by one training step, `alpha` times as much as the lifetime says."""

    @abstractmethod
    def drift(self, stream: Stream, delta_t: float) -> None:
        """Let the weights drift for a time, in the unit of `drift.t_0`."""

    @abstractmethod
    def reset(self, stream: Stream, start: int, count: int, probability: float) -> None:
        """Reset the cells of some columns (inputs), each with a probability; the range of columns wraps around."""

    @property
    @abstractmethod
    def ages(self) -> tuple[bool, bool]:
        """Whether the weights diffuse, and whether they decay, after each training step."""

    @abstractmethod
    def hidden(self) -> dict[str, Array]:
        """Return what is fixed or hidden in each cell, by name, [out, in]; of several arrays with a number behind the name,
        such as `max_bound_0`."""

    @abstractmethod
    def set_hidden(self, hidden: Mapping[str, Array]) -> None:
        """Set what `hidden` returns; names that are left out keep their values.

        Raises:
            ValueError: for an unknown name, an array of the wrong shape or with NaN, or impossible values. Nothing is
                changed.
        """

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Return all that changes or was drawn, beside `weights`: arrays, numbers, None, and dictionaries of these."""

    @abstractmethod
    def load(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned.

        Raises:
            KeyError: if a part is missing.
            ValueError: for a part that is impossible; the message names it.
        """

    def require_possible(self, weights: Array) -> None:
        """Raise a ValueError for weights [out, in] that the cells, in their present state, cannot have.

        Cells that know more than that weights are finite numbers say so.
        """
        require_finite_array(weights, self.weights.shape, 'weights')

    @abstractmethod
    def map(self, function: Callable[[Array], Array]) -> 'Cells':
        """Return cells whose arrays are those of these after a function, for example on a GPU."""
