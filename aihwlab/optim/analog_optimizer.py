"""Torch optimizers with a pulsed update for analog tiles."""

from collections.abc import Callable
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch.optim import SGD, Adam, Optimizer

from aihwlab.simulator.tiles.arguments import require_learning_rate
from aihwlab.simulator.tiles.context import AnalogContext, contexts_in, joined
from aihwlab.simulator.tiles.crossbar import Update
from aihwlab.simulator.tiles.recorded_gradient import HIDDEN


class AnalogOptimizerMixin(Optimizer):
    """Adds the update of analog tiles to a torch optimizer.

    Digital parameters are updated as the optimizer does it, with its momentum, weight decay and so on. Tiles take plain
    gradient steps, made of pulses: `W <- W - lr d x^T` on average, with the learning rate of the parameter group that holds
    the tile's `AnalogContext`; with `maximize=True`, up the gradient. What scales gradients (`clip_grad_norm_`, a
    `GradScaler`) scales these steps. Recorded inputs and gradients add up until the step, and are forgotten by `zero_grad`
    or by the next backward pass after it.
    """

    trains_tiles = True
    param_groups: list[dict[str, Any]]

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a parameter group, as torch does; for tiles in it, inputs and gradients are recorded from now on."""
        super().add_param_group(param_group)
        for _, context in contexts_in(self):
            context.is_recording = True

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
        """Set the learning rate of all parameter groups and all tiles, a finite number that is not negative."""
        require_learning_rate(learning_rate)
        for group in self.param_groups:
            group['lr'] = learning_rate
        for _, context in contexts_in(self):
            context.analog_tile.set_learning_rate(learning_rate)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, also the inputs and gradients that were recorded for analog tiles."""
        for _, context in contexts_in(self):
            context.reset()
            context.is_recording = True
        self._for_digital(super().zero_grad, set_to_none)

    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Update digital parameters, then the tiles with all that was recorded for them, then let the devices age.

        Args:
            closure: function that evaluates the model again and returns the loss.

        Returns:
            The closure's result, if there is one.

        Raises:
            ValueError: for a learning rate that is negative or not finite, or a gradient that is NaN or infinite. Nothing is
                changed.
            TileError: if a gradient was changed by more than a factor, or what was recorded was changed in place. Nothing is
                changed.
            ConfigError: if a configuration of a tile was changed into an impossible one. Nothing is changed.
        """
        updates: list[tuple[AnalogContext, float, Update | None]] = []

        def evaluate():
            nonlocal updates
            with _hidden(False):
                loss = closure() if closure is not None else None
            updates = self._updates()
            return loss

        if closure is None:
            updates = self._updates()
            loss = self._for_digital(super().step)
        else:
            self._require_learning_rates()
            with _hidden(True):
                loss = super().step(evaluate)
        with torch.no_grad():
            for context, learning_rate, update in updates:
                update_tile(context, learning_rate, update)
        return loss

    def _for_digital(self, method: Callable[..., Any], *arguments: Any) -> Any:
        """Call a method of torch's optimizer for the groups with digital parameters: those of tiles alone take it time."""
        groups = self.param_groups
        digital = [group for group in groups if {AnalogContext} != set(map(type, group['params']))]
        self.param_groups, token = digital or groups, HIDDEN.set(True)
        try:
            return method(*arguments)
        finally:
            self.param_groups = groups
            HIDDEN.reset(token)

    def _require_learning_rates(self) -> None:
        for group in self.param_groups:
            require_learning_rate(group.get('lr', 0.0))

    @torch.no_grad()
    def _updates(self) -> list[tuple[AnalogContext, float, Update | None]]:
        """Return what a step does to each tile, worked out and checked before it changes anything."""
        self._require_learning_rates()
        return [(context, float(group['lr']), update_of(context, float(group['lr']), group.get('maximize', False)))
                for group, context in contexts_in(self)]


def update_of(context: AnalogContext, learning_rate: float, maximize: bool = False) -> Update | None:
    """Return the update of a tile by what was recorded, or None if there is nothing or the tile is frozen."""
    if context.shown is not None:
        context.settle()
    context.require_unchanged()
    if not (context.requires_grad and context.has_gradient()):
        return None
    record = context.records[0] if len(context.records) == 1 else joined(context.records)
    return context.analog_tile.possible_update_by(record.times(-1) if maximize else record, learning_rate)


def update_tile(context: AnalogContext, learning_rate: float, update: Update | None) -> None:
    """Let the tile of a context take an update, and age; a tile that is frozen stays as it is."""
    tile = context.analog_tile
    if not context.requires_grad:
        context.reset()
        return
    if update is not None:
        if tile.learning_rate != learning_rate:
            tile.set_learning_rate(learning_rate)
        tile.take_update(update)
        context.is_spent = True
    tile.post_update_step()


@contextmanager
def _hidden(is_hidden):
    """Hide or show the gradients of tiles."""
    token = HIDDEN.set(is_hidden)
    try:
        yield
    finally:
        HIDDEN.reset(token)


class AnalogOptimizer(AnalogOptimizerMixin):
    """Any torch optimizer with a pulsed update for analog tiles; all analog optimizers are instances of this class.

    Example:
        >>> optimizer = AnalogOptimizer(torch.optim.RMSprop, model.parameters(), lr=0.1)

    Args:
        optimizer_cls: class of the torch optimizer; all further arguments are its own.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an object of a class derived from this one and that of the torch optimizer."""
        return object.__new__(analog_class(*args[:1]) if cls is AnalogOptimizer else cls)


class AnalogSGD(AnalogOptimizer, SGD):
    """Stochastic gradient descent: torch's for digital parameters, pulses for analog tiles."""


class AnalogAdam(AnalogOptimizer, Adam):
    """Adam for digital parameters, pulses with the plain learning rate for analog tiles."""


@cache
def analog_class(optimizer_cls: type[Optimizer]) -> type[AnalogOptimizer]:
    """Return the analog version of a torch optimizer class, whose first argument is that class."""
    def initialise(self: Any, _: type[Optimizer], *args: Any, **kwargs: Any) -> None:
        optimizer_cls.__init__(self, *args, **kwargs)

    return type(f'Analog{optimizer_cls.__name__}', (AnalogOptimizer, optimizer_cls), {
        '__doc__': f'{optimizer_cls.__name__} for digital parameters, pulses for analog tiles.',
        '__init__': initialise,
        '__reduce__': lambda self: (_bare_optimizer, (optimizer_cls,), self.__getstate__())})


def _bare_optimizer(optimizer_cls):
    return object.__new__(analog_class(optimizer_cls))
