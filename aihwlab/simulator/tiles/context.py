"""The parameter through which an optimizer reaches an analog tile."""

from typing import Any

import torch
from torch.nn import Parameter

from aihwlab.kernel.patches import transform
from aihwlab.kernel.update import UNKNOWN, Magnitudes


class AnalogContext(Parameter):
    """The weights of a tile as a torch parameter, with the inputs and gradients that wait for the pulsed update.

    Its data is the memory of the tile's weights, [out, in] (with an analog bias, [out, in + 1]): they can be read, normed and
    counted like any others. It never has a `grad`, so optimizers leave it alone; an analog optimizer hands the recorded
    inputs and gradients to the tile instead.

    Attributes:
        analog_tile: the tile.
        analog_input: list of inputs, each [batch, in, positions] or the patches of images.
        analog_grad_output: list of the gradients at the tile's outputs, each [batch, out, positions].
        analog_magnitudes: list of the largest magnitudes of their vectors, pairs of [batch, positions] or None.
    """

    def __new__(cls, analog_tile: Any, data: torch.Tensor, requires_grad: bool = True) -> 'AnalogContext':
        context = super().__new__(cls, data, requires_grad)
        context.analog_tile = analog_tile
        context.reset()
        return context

    def reset(self) -> None:
        """Forget the recorded inputs and gradients."""
        self.analog_input: list[Any] = []
        self.analog_grad_output: list[torch.Tensor] = []
        self.analog_magnitudes: list[Magnitudes] = []

    def has_gradient(self) -> bool:
        """Return whether inputs and gradients wait for an update."""
        return len(self.analog_input) > 0

    def record(self, x: Any, d: torch.Tensor, largest: Magnitudes = UNKNOWN) -> None:
        """Keep the input and the output gradient of one backward pass for the update, and their largest magnitudes."""
        runtime = self.analog_tile.rpu_config.runtime
        self.analog_input.append(transform(x, torch.Tensor.cpu) if runtime.offload_input else x)
        self.analog_grad_output.append(d.cpu() if runtime.offload_gradient else d)
        self.analog_magnitudes.append(largest)

    def __deepcopy__(self, memo: dict[int, Any]) -> 'AnalogContext':
        return _unlinked_context(self.requires_grad)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return _unlinked_context, (self.requires_grad,)

    def __repr__(self) -> str:
        return f'{type(self).__name__} of {type(self.analog_tile).__name__}, {Parameter.__repr__(self)}'


def _unlinked_context(requires_grad: bool) -> AnalogContext:
    """Make a context without a tile; the copy or unpickled tile that it belongs to links it to its weights."""
    return AnalogContext(None, torch.empty(0), requires_grad)
