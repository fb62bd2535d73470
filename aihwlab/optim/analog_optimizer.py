"""Torch optimizers with a pulsed update for analog tiles."""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch.optim import SGD, Adam, Optimizer

from aihwlab.simulator.tiles.context import AnalogContext
from aihwlab.simulator.tiles.exchange import written_out


class AnalogOptimizerMixin(Optimizer):
    """Adds the update of analog tiles to a torch optimizer.

    Digital parameters are updated as the optimizer does it, with its momentum, weight decay and so on. Tiles take plain
    gradient steps, made of pulses: `W <- W - lr d x^T` on average, with the learning rate of the parameter group that holds
    the tile's `AnalogContext`.
    """

    def regroup_param_groups(self, *_: object) -> None:
        """Give every analog tile a parameter group of its own, which keeps the learning rate of the group it comes from.

        Calling it is optional: tiles are found in any group. Arguments are accepted for compatibility and not used. If a
        scheduler of learning rates was made before, it keeps the groups that it has counted.
        """
        if any('initial_lr' in group for group in self.param_groups):
            return
        groups, analog_groups = [], []
        for group in self.param_groups:
            settings = {key: value for key, value in group.items() if key != 'params'}
            analog = [parameter for parameter in group['params'] if isinstance(parameter, AnalogContext)]
            digital = [parameter for parameter in group['params'] if not isinstance(parameter, AnalogContext)]
            analog_groups += [{'params': [context], **settings} for context in analog]
            if digital:
                groups.append({'params': digital, **settings})
            for context in analog:
                context.analog_tile.set_learning_rate(group['lr'])
        self.param_groups[:] = groups + analog_groups

    def set_learning_rate(self, learning_rate: float) -> None:
        """Set the learning rate of all parameter groups and all tiles."""
        for group in self.param_groups:
            group['lr'] = learning_rate
            for context in _contexts(group):
                context.analog_tile.set_learning_rate(learning_rate)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, also the inputs and gradients that were recorded for analog tiles."""
        super().zero_grad(set_to_none)
        for group in self.param_groups:
            for context in _contexts(group):
                context.reset()

    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Update digital parameters, then the tiles with all that was recorded for them, then let the devices age.

        Args:
            closure: function that evaluates the model again and returns the loss.

        Returns:
            The closure's result, if there is one.
        """
        loss = super().step(closure)
        with torch.no_grad():
            for group in self.param_groups:
                for context in _contexts(group):
                    update_tile(context, float(group['lr']))
        return loss


def update_tile(context: AnalogContext, learning_rate: float) -> None:
    """Update the tile of a context and forget what was recorded; a tile that is frozen stays as it is."""
    tile = context.analog_tile
    if not context.requires_grad:
        context.reset()
        return
    if context.has_gradient():
        tile.set_learning_rate(learning_rate)
        recorded = context.analog_magnitudes
        tile.update_vectors(_joined(context.analog_input), _joined(context.analog_grad_output),
                            recorded[0] if len(recorded) == 1 else (None, None))
        context.reset()
    tile.post_update_step()


def _contexts(group):
    return [parameter for parameter in group['params'] if isinstance(parameter, AnalogContext)]


def _joined(recorded):
    """Join recorded arrays [batch, lines, positions] along the batch; of different positions, one vector each."""
    if len(recorded) == 1:
        return recorded[0]
    recorded = [written_out(tensor) for tensor in recorded]
    if len({tensor.shape[2] for tensor in recorded}) == 1:
        return torch.cat(recorded)
    return torch.cat([tensor.transpose(1, 2).reshape(-1, tensor.shape[1], 1) for tensor in recorded])


class AnalogSGD(AnalogOptimizerMixin, SGD):
    """Stochastic gradient descent: torch's for digital parameters, pulses for analog tiles."""


class AnalogAdam(AnalogOptimizerMixin, Adam):
    """Adam for digital parameters, pulses with the plain learning rate for analog tiles."""


@cache
def analog_class(optimizer_cls: type[Optimizer]) -> type[AnalogOptimizerMixin]:
    """Return the analog version of a torch optimizer class."""
    return type(f'Analog{optimizer_cls.__name__}', (AnalogOptimizerMixin, optimizer_cls), {
        '__doc__': f'{optimizer_cls.__name__} for digital parameters, pulses for analog tiles.',
        '__reduce__': lambda self: (_bare_optimizer, (optimizer_cls,), self.__getstate__())})


def _bare_optimizer(optimizer_cls):
    return object.__new__(analog_class(optimizer_cls))


def AnalogOptimizer(  # noqa: N802 (a factory that reads like a class, as in aihwkit)
        optimizer_cls: type[Optimizer], *args: Any, **kwargs: Any) -> AnalogOptimizerMixin:
    """Return an analog version of any torch optimizer: `AnalogOptimizer(torch.optim.RMSprop, model.parameters(), lr=0.1)`."""
    return analog_class(optimizer_cls)(*args, **kwargs)  # type: ignore[arg-type]  # a class is hashable
