"""A module that rounds numbers to few bits, within a range that it estimates, keeps or learns."""

from copy import deepcopy
from enum import Enum
from typing import Any, ClassVar

import torch
from torch.nn import Identity, Module, Parameter

from aihwlab.exceptions import ModuleError
from aihwlab.simulator.digital_low_precision.range_estimators import estimated_range
from aihwlab.simulator.digital_low_precision.rounding import rounded
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig, WeightQuantConfig


class Qstates(Enum):
    """Where a quantizer has its range from."""

    estimate_ranges = 0
    """It estimates the range from each tensor, and those before."""

    fix_ranges = 1
    """The range stays."""

    learn_ranges = 2
    """The range is a parameter that an optimizer trains."""

    estimate_ranges_train = 3
    """It estimates the range from each tensor in training mode; in evaluation mode the range stays."""


class Quantizer(Module):
    """Rounding of a tensor to n bits; see `aihwlab.simulator.digital_low_precision.rounding.rounded`.

    A range that is still unknown is estimated from the next tensor, unless it is to stay. By default, that of weights is
    estimated from the present ones (`estimate_ranges`); that of activations from those in training (`estimate_ranges_train`).

    Numbers of half precision are rounded in single precision, and stay in half. A checkpoint has the range, where it is from,
    and whether the quantizer rounds; of how it rounds, `config`, it has nothing. Of a learned range, optimizers get the
    gradient as it is, without the factor by which Esser et al. make it smaller for large tensors.

    Args:
        config: how to round (`ActivationQuantConfig` or `WeightQuantConfig`); the quantizer keeps a copy.
        ranges: number of ranges: 1, or one for each index of the first dimension.

    Attributes:
        low, high: the range, parameters [ranges]; `low` is None if it is symmetric. A learned range is from -|low| to |high|.
        is_estimated: whether there is a range yet, a buffer.
        state: where the range is from.
        is_enabled: whether it rounds at all.

    Raises:
        ConfigError: for an impossible configuration.
    """

    TRAINED_IN: ClassVar[tuple[Qstates, ...]] = (Qstates.learn_ranges,)
    """The states in which the range is a parameter that has gradients."""

    def __init__(self, config: ActivationQuantConfig | WeightQuantConfig, ranges: int = 1) -> None:
        super().__init__()
        config.validate()
        self.config: Any = deepcopy(config)
        self.low = None if config.symmetric else Parameter(torch.zeros(ranges), requires_grad=False)
        self.high = Parameter(torch.zeros(ranges), requires_grad=False)
        self.register_buffer('is_estimated', torch.tensor(False))
        self.state = Qstates.estimate_ranges if self.is_of_weights else Qstates.estimate_ranges_train
        self.is_enabled = True

    @property
    def is_of_weights(self) -> bool:
        """Whether it rounds weights, or else activations."""
        return isinstance(self.config, WeightQuantConfig)

    def set_state(self, state: Qstates) -> None:
        """Say where the range is from, from now on."""
        self.state = state
        for end in (self.low, self.high):
            if end is not None:
                end.requires_grad_(state in self.TRAINED_IN)

    def reset(self) -> None:
        """Forget the range."""
        self.is_estimated.fill_(False)

    def get_extra_state(self) -> dict[str, Any]:
        """Return what a checkpoint has besides the range: its state, and whether the quantizer rounds."""
        return {'state': self.state.name, 'is_enabled': bool(self.is_enabled)}

    def set_extra_state(self, state: Any) -> None:
        """Take over what `get_extra_state` returned.

        Raises:
            ModuleError: for something else. Nothing is changed.
        """
        match state:
            case {'state': str(name), 'is_enabled': bool(is_enabled)} if name in Qstates.__members__:
                self.set_state(Qstates[name])
                self.is_enabled = is_enabled
            case _:
                raise ModuleError(f"state of a quantizer = {state!r}: must be a dictionary with a 'state', of "
                                  f"{', '.join(Qstates.__members__)}, and 'is_enabled', True or False")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a tensor of any shape, rounded; its type stays.

        Raises:
            ModuleError: if the range is to stay, but there is none yet.
            ValueError: if the range is to be estimated from numbers that are NaN or infinite. Nothing is changed.
        """
        if not self.is_enabled or x.numel() == 0:
            return x
        if self.is_estimating():
            self.estimate(x.detach())
        elif not self.is_estimated:
            raise ModuleError('a quantizer whose range is to stay has none yet: show it data in a state in which it estimates '
                              'the range, see calibrate_quantization_ranges')
        return rounded(x, *self.present_range(), self.config.n_bits, self.config.symmetric)

    def is_estimating(self) -> bool:
        """Return whether the next tensor changes the range."""
        if self.state is Qstates.fix_ranges:
            return False
        return (self.state is Qstates.estimate_ranges or self.training and self.state is Qstates.estimate_ranges_train
                or not self.is_estimated)

    @torch.no_grad()
    def estimate(self, x: torch.Tensor) -> None:
        """Let a tensor change the range."""
        kind = torch.promote_types(self.high.dtype, torch.float32)
        grouped = x.reshape(len(self.high), -1) if self.is_of_weights else torch.atleast_1d(x)[None]
        low, high = self.present_range()
        before = (low.to(kind), high.to(kind)) if self.is_estimated else None
        low, high = estimated_range(grouped.to(kind), before, self.config)
        if self.low is not None:
            self.low.copy_(low)
        self.high.copy_(high)
        self.is_estimated.fill_(True)

    def present_range(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the lowest and the highest number, which are differentiated if they are learned."""
        if self.state is Qstates.learn_ranges:
            high = self.high.abs()
            return -high if self.low is None else -self.low.abs(), high
        high = self.high.detach()
        return -high if self.low is None else self.low.detach(), high

    def extra_repr(self) -> str:
        """Describe the quantizer."""
        return f'n_bits={self.config.n_bits}, symmetric={self.config.symmetric}, state={self.state.name}'


def quantizer_for(config: ActivationQuantConfig | WeightQuantConfig | None, ranges: int = 1) -> Module:
    """Return a quantizer, or a module that does nothing if there is nothing to round to."""
    if config is None or config.n_bits <= 0:
        return Identity()
    return Quantizer(config, ranges)
