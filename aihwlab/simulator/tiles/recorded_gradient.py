"""The gradient that the recorded inputs and gradients of a tile amount to, for those who look at gradients or scale them.

The update of a tile does not need it: pulses on the lines add up to it. But whoever clips, unscales or logs gradients asks
each parameter for one.
"""

from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any

import torch

from aihwlab.exceptions import TileError
from aihwlab.simulator.tiles.exchange import written_out

HIDDEN: ContextVar[bool] = ContextVar('HIDDEN', default=False)
"""Whether tiles show no gradients, because an optimizer is taking a step."""

TOLERANCE = 1e-4
"""By how much, relative to its largest element, a gradient may differ from a multiple of itself."""


class RecordedGradient(torch.Tensor):
    """A gradient [out, in] that is worked out when something is done with it, not when it is asked whether it is there."""

    context: Any

    @staticmethod
    def of(context: Any) -> 'RecordedGradient':
        """Return the gradient of the weights of an `AnalogContext`."""
        gradient = torch.empty_like(context.detach()).as_subclass(RecordedGradient)
        gradient.context = context
        return gradient

    @property
    def is_filled(self) -> bool:
        """Whether it has been worked out, so that somebody may have changed it."""
        return self.__dict__.get('context') is None

    def fill(self) -> None:
        """Work out the gradient, unless that is done."""
        context, self.context = self.context, None
        if context is not None:
            torch.Tensor.copy_(self, gradient_of(context))

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
            for gradient in _gradients_in((*args, *kwargs.values())):
                gradient.fill()
        with torch._C.DisableTorchFunctionSubclass():
            return func(*args, **kwargs)


def _gradients_in(arguments: Iterable[Any]) -> Iterator[RecordedGradient]:
    for argument in arguments:
        if isinstance(argument, RecordedGradient):
            yield argument
        elif isinstance(argument, (list, tuple)):
            yield from _gradients_in(argument)


@torch.no_grad()
def gradient_of(context: Any) -> torch.Tensor:
    """Return the gradient of the weights that the records of a context amount to, `sum d x^T`, [out, in].

    The output of the layer is the mapping scale times that of the crossbar, and `d` was multiplied by it: the gradient is
    that of the logical weight, as in a digital layer.
    """
    tile, gradient = context.analog_tile, torch.zeros_like(context.detach())
    for record in context.records:
        x, d = record.vectors()
        gradient += weight_gradient(written_out(x).to(gradient.device)[:, :gradient.shape[1]], d.to(gradient.device))
    return gradient if tile.mapping_scales is None else gradient / tile.mapping_scales[:, None]


def weight_gradient(x: Any, d: torch.Tensor) -> torch.Tensor:
    """Return `sum d x^T`, [out, in], for vectors [batch, in, positions], or patches, and gradients [batch, out, positions]."""
    return torch.einsum('bop,bip->oi', d, written_out(x))


@torch.no_grad()
def common_factor(original: torch.Tensor, changed: torch.Tensor) -> float:
    """Return the number by which a gradient was multiplied.

    Raises:
        TileError: if there is none.
    """
    changed = changed.as_subclass(torch.Tensor)
    first, second = original.double().flatten(), changed.to(original.device).double().flatten()
    if not torch.isfinite(first).all() or torch.equal(original, changed):
        return 1.0  # what is not finite is refused by the update
    square = float(first @ first) if first.shape == second.shape else 0.0
    factor = float(first @ second) / square if square > 0 else 0.0
    if first.shape != second.shape or not (second - factor * first).abs().max() <= TOLERANCE * second.abs().max():
        raise TileError('the gradient of a tile was changed element by element, or replaced: the pulses on its lines can be '
                        'made fewer or more by one factor, as clip_grad_norm_ and GradScaler do, but not for each cell, as '
                        'clip_grad_value_ does')
    return factor
