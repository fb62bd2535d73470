"""The parameter through which an optimizer reaches an analog tile."""

import warnings
from typing import Any

import torch
from torch.nn import Parameter
from torch.optim.optimizer import register_optimizer_step_pre_hook

from aihwlab.exceptions import TileError
from aihwlab.kernel.patches import Patches, transform
from aihwlab.kernel.update import UNKNOWN, Magnitudes
from aihwlab.simulator.tiles.recorded_gradient import HIDDEN, RecordedGradient, common_factor, gradient_of


class AnalogContext(Parameter):
    """The weights of a tile as a torch parameter, with the inputs and gradients that wait for the pulsed update.

    Its data is the memory of the tile's weights, [out, in] (with an analog bias, [out, in + 1]): they can be read, normed and
    counted like any others. What torch writes into it, the tile writes into its devices before it does anything else, each
    within its bounds.

    An analog optimizer hands the recorded inputs and gradients to the tile. They count as a gradient: `grad` shows the one
    that they amount to, and what multiplies it, as `clip_grad_norm_` and a `GradScaler` do, multiplies the update. It is
    None while an optimizer takes a step, so that none subtracts it from the weights.

    Attributes:
        analog_tile: the tile.
        analog_input: list of inputs, each [batch, in, positions] or the patches of images.
        analog_grad_output: list of the gradients at the tile's outputs, each [batch, out, positions].
        analog_magnitudes: list of the largest magnitudes of their vectors, pairs of [batch, positions] or None.
        is_spent: whether a step has used them; they are used again by the next one if nothing happens in between, and
            forgotten when new ones are recorded.
        is_recording: whether anything is recorded: not for an optimizer that trains no tiles.
        seen: version of the data that the tile knows.
    """

    def __new__(cls, analog_tile: Any, data: torch.Tensor, requires_grad: bool = True) -> 'AnalogContext':
        context = super().__new__(cls, data, requires_grad)
        context.analog_tile = analog_tile
        context.is_recording = True
        context.seen = context._version
        context.reset()
        return context

    def reset(self) -> None:
        """Forget the recorded inputs and gradients."""
        self.analog_input: list[Any] = []
        self.analog_grad_output: list[torch.Tensor] = []
        self.analog_magnitudes: list[Magnitudes] = []
        self.versions: list[tuple[int, int]] = []
        self.shown: torch.Tensor | None = None
        self.is_spent = False

    def has_gradient(self) -> bool:
        """Return whether inputs and gradients wait for an update."""
        return len(self.analog_input) > 0

    def record(self, x: Any, d: torch.Tensor, largest: Magnitudes = UNKNOWN) -> None:
        """Keep the input and the output gradient of one backward pass for the update, and their largest magnitudes."""
        if not self.is_recording:
            return
        if self.is_spent:
            self.reset()
        elif self.shown is not None:
            self.settle()
        runtime = self.analog_tile.rpu_config.runtime
        x = transform(x, torch.Tensor.cpu) if runtime.offload_input else x
        d = d.cpu() if runtime.offload_gradient else d
        self.analog_input.append(x)
        self.analog_grad_output.append(d)
        self.analog_magnitudes.append(largest)
        self.versions.append(_version_of(x, d))

    def require_unchanged(self) -> None:
        """Raise a TileError if a recorded input or gradient has been changed in place."""
        if self.versions != list(map(_version_of, self.analog_input, self.analog_grad_output)):
            raise TileError('an input or a gradient of a tile was changed in place between the backward pass and the step, '
                            'which needs it: give the layer a copy, x.clone()')

    def settle(self) -> None:
        """Multiply the recorded gradients by what `grad` was multiplied by since it was shown.

        Raises:
            TileError: if it was changed in any other way.
        """
        shown, self.shown = self.shown, None
        if shown is None or (isinstance(shown, RecordedGradient) and not shown.is_filled):
            return
        factor = common_factor(gradient_of(self), shown)
        if factor != 1:
            self.analog_grad_output = [factor * d for d in self.analog_grad_output]
            self.analog_magnitudes = [(largest[0], None) for largest in self.analog_magnitudes]
            self.versions = [_version_of(x, d) for x, d in zip(self.analog_input, self.analog_grad_output)]

    @property
    def grad(self) -> torch.Tensor | None:  # type: ignore[override]
        """The gradient of the weights that the records amount to, [out, in]; None if there are none."""
        if not self.analog_input or HIDDEN.get():
            return None
        if self.shown is None:
            self.shown = RecordedGradient.of(self)
        return self.shown

    @grad.setter
    def grad(self, gradient: torch.Tensor | None) -> None:
        if gradient is None:
            self.reset()
        elif not self.analog_input:
            raise TileError('a tile cannot be given a gradient: it is updated by the inputs and gradients of its lines, which '
                            'a backward pass records')
        else:
            self.shown = gradient

    @property
    def data(self) -> torch.Tensor:  # type: ignore[override]
        """The memory of the weights; what is written into it, or assigned, is written into the devices."""
        return self.detach()

    @data.setter
    def data(self, weights: torch.Tensor) -> None:
        if weights.shape != self.shape or weights.device != self.device or not weights.is_floating_point():
            raise TileError(f'data = {weights.dtype} {tuple(weights.shape)} on {weights.device}: the weights of this tile are '
                            f'{self.dtype} {tuple(self.shape)} on {self.device}')
        self.detach().copy_(weights.detach())
        self.analog_tile.notice_changes()

    def show(self, memory: torch.Tensor) -> None:
        """Let the data be another memory, in which the tile has put its weights."""
        torch.Tensor.data.__set__(self, memory)  # type: ignore[attr-defined]
        self.seen = self._version

    def __deepcopy__(self, memo: dict[int, Any]) -> 'AnalogContext':
        return _unlinked_context(self.requires_grad)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return _unlinked_context, (self.requires_grad,)

    def __repr__(self) -> str:
        return f'{type(self).__name__} of {type(self.analog_tile).__name__}, {Parameter.__repr__(self)}'


def _unlinked_context(requires_grad: bool) -> AnalogContext:
    """Make a context without a tile; the copy or unpickled tile that it belongs to links it to its weights."""
    return AnalogContext(None, torch.empty(0), requires_grad)


def _version_of(x: Any, d: torch.Tensor) -> tuple[int, int]:
    return (x.image if isinstance(x, Patches) else x)._version, d._version


def contexts_in(optimizer: torch.optim.Optimizer) -> list[tuple[dict[str, Any], AnalogContext]]:
    """Return all contexts that an optimizer holds, each with its parameter group."""
    return [(group, parameter) for group in optimizer.param_groups for parameter in group['params']
            if isinstance(parameter, AnalogContext)]


def let_records_go(optimizer: torch.optim.Optimizer, *_: object) -> None:
    """Before the step of an optimizer that trains no tiles, say so once, and record nothing more for it."""
    if getattr(optimizer, 'trains_tiles', False):
        return
    untrained = [context for _, context in contexts_in(optimizer) if context.is_recording and context.requires_grad]
    for context in untrained:
        context.is_recording = False
        context.reset()
    if untrained:
        name = type(optimizer).__name__
        warnings.warn(f'{name} does not train analog tiles, whose weights are changed by pulses: use AnalogSGD, or '
                      f'AnalogOptimizer({name}, ...), of aihwlab.optim', stacklevel=4)


register_optimizer_step_pre_hook(let_records_go)
