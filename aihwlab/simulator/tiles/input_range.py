"""The input range of a tile: inputs are clipped to it and divided by it, so that they fit the converters."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from torch.autograd import Function
from torch.nn import Parameter

from aihwlab.exceptions import ConfigError, TileError
from aihwlab.kernel.patches import Patches, transform
from aihwlab.simulator.parameters.pre_post import InputRangeParameter
from aihwlab.simulator.tiles.module import TileModule

SATURATED = 0.999
"""An output of at least this fraction of the output bound counts as clipped."""


class TileWithInputRange(TileModule):
    """A tile whose inputs may have a range r (`pre_post.input_range`): `y = r tile(clip(x, -r, r) / r)`.

    Attributes:
        input_range: the range, [1]: a parameter if it is trained, or else a buffer; None without a range.
        input_range_update_idx: number of batches that have set the range so far, a buffer [1], or None.
        clipping: what the last product of a training batch says of its outputs.
        observer: function that looks at all inputs, [batch, in, positions], before they are clipped; or None.
    """

    input_range: Any
    input_range_update_idx: Any
    clipping: 'OutputClipping | None' = None
    observer: Callable[[torch.Tensor], None] | None = None

    def init_input_processing(self) -> bool:
        """Make the input range anew, as the configuration says, and return whether there is one."""
        settings: InputRangeParameter = self.rpu_config.pre_post.input_range
        self.make_input_range(settings)
        return settings.enable

    def have_input_range(self, settings: InputRangeParameter) -> None:
        """Make the input range anew if there is to be one of another kind, or none; otherwise it stays."""
        if (settings.enable, settings.enable and settings.learn_input_range) != (
                self.input_range is not None, isinstance(self.input_range, Parameter)):
            self.make_input_range(settings)

    def make_input_range(self, settings: InputRangeParameter) -> None:
        """Make an input range, a parameter if it is to be trained, or else a buffer; or none."""
        for name in ('input_range', 'input_range_update_idx'):
            for holder in (self._parameters, self._buffers):
                holder.pop(name, None)
        value = torch.full((1,), settings.init_value, device=self.device) if settings.enable else None
        if settings.enable and settings.learn_input_range:
            self.input_range = Parameter(value)
        else:
            self.register_buffer('input_range', value)
        self.register_buffer('input_range_update_idx', None if value is None else torch.zeros_like(value))

    def fix_input_range(self, value: float, info: str) -> None:
        """Give the tile an input range that is not trained, whether it has one or not.

        Args:
            value: the range.
            info: where it comes from (`calibration_info`).
        """
        settings: InputRangeParameter = self.rpu_config.pre_post.input_range
        settings.enable, settings.learn_input_range, settings.init_from_data = True, False, 0
        settings.init_value, settings.calibration_info = value, info
        self.make_input_range(settings)
        self.built_for.pre_post.input_range = deepcopy(settings)

    @torch.no_grad()
    def set_input_range(self, value: Any) -> None:
        """Set the input range to the magnitude of a number.

        Raises:
            ConfigError: if the tile has no input range.
            ValueError: for zero, NaN or infinity.
        """
        if self.input_range is None:
            raise ConfigError('pre_post.input_range.enable = False: this tile has no input range')
        magnitude = torch.as_tensor(value, dtype=torch.float32).abs().reshape(-1)
        if len(magnitude) != 1 or not 0 < magnitude.item() < float('inf'):
            raise ValueError(f'input range = {value}: must be one number, finite and not zero')
        self.input_range.copy_(magnitude)

    def in_input_range(self, x: Any, is_test: bool) -> Any:
        """Return inputs, or patches of images, clipped to the input range and divided by it.

        In training, the first batches set the range, and what follows is recorded for its gradient.
        """
        settings: InputRangeParameter = self.rpu_config.pre_post.input_range
        if not is_test:
            self.widen_from_data(x.image if isinstance(x, Patches) else x, settings)
        self.clipping = OutputClipping() if settings.manage_output_clipping and not is_test else None
        return transform(x, lambda tensor: InRange.apply(tensor, self.input_range, settings, self.clipping))

    @torch.no_grad()
    def widen_from_data(self, x: torch.Tensor, settings: InputRangeParameter) -> None:
        """Let one of the first batches move the input range: it is the mean of `init_std_alpha` standard deviations."""
        number = self.input_range_update_idx
        if number.item() < settings.init_from_data and x.numel() > 1 and (deviation := x.std()) > 0:
            self.input_range.copy_(((self.input_range * number + settings.init_std_alpha * deviation) / (number + 1)).abs())
            number += 1

    def out_of_input_range(self, y: torch.Tensor) -> torch.Tensor:
        """Return the outputs for inputs that were divided by the input range, multiplied by it."""
        if self.clipping is not None:
            self.clipping.find(y, self.rpu_config.forward)
        return y * self.input_range.detach()

    def prepare_for(self, digital: dict[str, Any], prefix: str, rpu_config: Any) -> None:
        """Check the input range of a checkpoint, and make room for it: whether there is one is part of the checkpoint."""
        super().prepare_for(digital, prefix, rpu_config)
        self.have_input_range(rpu_config.pre_post.input_range)
        for name, is_possible, allowed in (('input_range', lambda value: value > 0, 'positive and finite'),
                                           ('input_range_update_idx', lambda value: value >= 0, 'a count')):
            value: Any = digital.get(f'{prefix}{name}')
            if torch.is_tensor(value) and (value.is_complex() or not (is_possible(value) & torch.isfinite(value)).all()):
                raise TileError(f'{prefix}{name} = {value.tolist()}: must be {allowed}')


class OutputClipping:
    """Which fraction of the outputs of a product did not reach the output bound."""

    def __init__(self) -> None:
        self.fraction_inside = 1.0

    def find(self, y: torch.Tensor, forward: Any) -> None:
        """Count the outputs of a crossbar, before they are scaled."""
        limit = SATURATED * forward.out_scale * forward.out_bound
        self.fraction_inside = 1.0 if limit <= 0 else (y.detach().abs() < limit).float().mean().item()


class InRange(Function):
    """Inputs clipped to a range and divided by it, `clip(x, -r, r) / r`; the gradient of the inputs passes clipped ones, too.

    The gradient of the range is made up, so that training widens it where clipped inputs want to go further, and narrows it
    where hardly any are clipped. With the gradient `dx` of the inputs:

        G = sum of min(dx, 0) where x >= r  -  sum of max(dx, 0) where x <= -r,     times r gradient_scale if relative
        G <- G - (1 - p) r    if only a fraction p < output_min_percentage of the outputs is inside of the output bound
        G <- G + decay r      if a fraction of the inputs above input_min_percentage is inside of the range
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, input_range: torch.Tensor, settings: InputRangeParameter,
                clipping: OutputClipping | None) -> torch.Tensor:
        """Return the clipped and divided inputs."""
        ctx.save_for_backward(x, input_range)
        ctx.settings, ctx.clipping = settings, clipping
        return torch.minimum(torch.maximum(x, -input_range), input_range) / input_range

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None, None, None]:
        """Return the gradients of the inputs and of the range."""
        x, input_range = ctx.saved_tensors
        settings: InputRangeParameter = ctx.settings
        d_input = grad_output / input_range
        if not ctx.needs_input_grad[1]:
            return d_input, None, None, None
        zero = d_input.new_zeros(())
        gradient = (torch.where(x >= input_range, d_input.clamp(max=0), zero).sum()
                    - torch.where(x <= -input_range, d_input.clamp(min=0), zero).sum()).reshape(1)
        if settings.gradient_relative:
            gradient = gradient * input_range * settings.gradient_scale
        if ctx.clipping is not None and ctx.clipping.fraction_inside < settings.output_min_percentage:
            gradient = gradient - (1 - ctx.clipping.fraction_inside) * input_range
        if settings.decay > 0:
            inside = (x.abs() < input_range).float().mean()
            gradient = gradient + settings.decay * input_range * (inside > settings.input_min_percentage)
        return d_input, gradient, None, None
