"""The digital parts around a crossbar: bias, mapping scales, learned output scales, and reading and writing of weights."""

from typing import Any

import torch
from torch.nn import Parameter

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.patches import Patches, transform
from aihwlab.parameters.validation import require
from aihwlab.simulator.tiles.arguments import as_batch, as_single_precision, as_weights
from aihwlab.simulator.tiles.exchange import as_array, as_tensor, left_uncompiled, written_out
from aihwlab.simulator.tiles.functions import AnalogFunction
from aihwlab.simulator.tiles.module import TileModule


class TileWithPeriphery(TileModule):
    """A crossbar with its digital surroundings.

        y = learned_scale * mapping_scale * crossbar(x) + bias

    The logical weight of the tile is the weight in the crossbar times both scales. With an analog bias
    (`mapping.digital_bias = False`) the crossbar has one more column, whose input is always 1.

    Attributes:
        bias: digital bias, a parameter [out], or None.
        mapping_scales: scales found when weights were written, a buffer [1] or [out], or None.
        out_scaling_alpha: learned output scales, a parameter [1] or [out], or None.
    """

    def __init__(self, out_size: int, in_size: int, rpu_config: Any, bias: bool) -> None:
        super().__init__()
        mapping = rpu_config.mapping
        if rpu_config.pre_post.input_range.enable:
            raise ConfigError('pre_post.input_range.enable = True: tiles with pulsed devices have no input range, '
                              'use forward.noise_management')
        self.out_size, self.in_size = out_size, in_size
        self.analog_bias = bias and not mapping.digital_bias
        self.digital_bias = bias and mapping.digital_bias
        self.bias = Parameter(torch.zeros(out_size)) if self.digital_bias else None
        self.register_buffer('mapping_scales', None)
        size = out_size if mapping.out_scaling_columnwise else 1
        self.out_scaling_alpha = Parameter(torch.ones(size)) if mapping.learn_out_scaling else None

    @property
    def use_bias(self) -> bool:
        """Whether the tile adds a bias, digital or analog."""
        return self.analog_bias or self.digital_bias

    def forward(self, x_input: torch.Tensor) -> torch.Tensor:
        """Return the output of the tile for inputs of shape [..., in]: [..., out]."""
        return self.forward_vectors(as_batch(x_input, self.in_size)).reshape(*x_input.shape[:-1], self.out_size)

    @left_uncompiled
    def forward_vectors(self, x: Any) -> torch.Tensor:
        """Return the output for a batch of vectors, [batch, in, positions]: [batch, out, positions].

        A convolution hands over the patches of its images, and gets images; an analog bias, one more line, needs them
        written out.

        Raises:
            ValueError: for inputs of another type than float32, which is what a tile computes in; those that
                `torch.autocast` has shortened are taken.
        """
        if x.dtype is not torch.float32:
            x = transform(x, as_single_precision)
        if self.analog_bias:
            x = written_out(x)
            x = torch.cat([x, x.new_ones(x.shape[0], 1, x.shape[2])], dim=1)
        x, geometry = x if isinstance(x, Patches) else (x, None)
        scales = [scale for scale in (self.mapping_scales, self.out_scaling_alpha) if scale is not None]
        if not scales:
            return AnalogFunction.apply(self.analog_ctx, self, x, geometry, self.bias)
        y = AnalogFunction.apply(self.analog_ctx, self, x, geometry, None)
        shape = -1, *[1] * (y.dim() - 2)
        for scale in scales:
            y = y * scale.view(shape)
        return y if self.bias is None else y + self.bias.view(shape)

    def get_scales(self) -> torch.Tensor | None:
        """Return mapping scale times learned scale, or None if there is neither."""
        scales = [scale.detach() for scale in (self.mapping_scales, self.out_scaling_alpha) if scale is not None]
        return None if not scales else scales[0].clone() if len(scales) == 1 else scales[0] * scales[1]

    def get_mapping_scales(self) -> torch.Tensor | None:
        """Return the mapping scales, [1] or [out], or None."""
        return self.mapping_scales

    def set_mapping_scales(self, scales: Any) -> None:
        """Set the mapping scales to a number, or to a tensor of one element or one for each output; None removes them."""
        if scales is not None:
            scales = torch.as_tensor(scales, dtype=torch.float32, device=self.device).detach().clone().reshape(-1)
            if len(scales) not in (1, self.out_size):
                raise ValueError(f'{len(scales)} mapping scales for {self.out_size} outputs: expected 1 or {self.out_size}')
            if not (torch.isfinite(scales) & (scales > 0)).all():
                raise ValueError(f'mapping scales = {scales.tolist()}: must be positive and finite')
        self.mapping_scales = scales

    def get_learned_out_scales(self) -> Parameter | None:
        """Return the learned output scales, a parameter, or None."""
        return self.out_scaling_alpha

    @torch.no_grad()
    def set_learned_out_scales(self, scales: Any) -> None:
        """Set the learned output scales."""
        if self.out_scaling_alpha is None:
            raise ConfigError('mapping.learn_out_scaling = False: this tile has no learned output scales')
        self.out_scaling_alpha.copy_(torch.as_tensor(scales, device=self.device).expand_as(self.out_scaling_alpha))

    def set_scales(self, scales: Any) -> None:
        """Set the mapping scales, and the learned output scales to 1."""
        self.set_mapping_scales(scales)
        if self.out_scaling_alpha is not None:
            self.set_learned_out_scales(1.0)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *args: Any) -> None:
        """Load a saved state; whether there are mapping scales is part of it, not of the configuration."""
        saved = state_dict.get(prefix + 'mapping_scales')
        self.mapping_scales = None if saved is None else torch.empty_like(saved, device=self.device)
        super()._load_from_state_dict(state_dict, prefix, *args)

    @torch.no_grad()
    def set_weights(self, weight: Any, bias: Any = None, apply_weight_scaling: bool = True, realistic: bool = False,
                    weight_scaling_omega: float | None = None) -> None:
        """Write logical weights into the crossbar; devices limit them to their own bounds.

        Args:
            weight: tensor or array with `out * in` elements, in the order of [out, in].
            bias: tensor or array [out], or None.
            apply_weight_scaling: find new mapping scales, `scale = max|W| / omega`, so that the largest weight in the
                crossbar is omega (`mapping.weight_scaling_omega`); otherwise `weight` is written as it is.
            realistic: write with pulses (`program_weights`) instead of exactly.
            weight_scaling_omega: use this omega.

        Raises:
            ValueError: for a wrong number of elements, NaN or infinite values, an analog bias that is not given, a bias
                for a tile without one, or an omega that is negative or not finite. Nothing is changed.
        """
        if weight_scaling_omega is not None:
            require('weight_scaling_omega', weight_scaling_omega, float, '[0, inf)')
        combined, bias = as_weights(weight, bias, self.out_size, self.in_size, self.use_bias)
        combined = combined.to(self.device)
        if self.analog_bias:
            if bias is None:
                raise ValueError('bias = None: this tile has an analog bias, give it with the weights')
            combined = torch.cat([combined, bias[:, None].to(self.device)], dim=1)
        if self.bias is not None and bias is not None:
            self.bias.copy_(bias)
        if apply_weight_scaling:
            combined = self.apply_weight_scaling(combined, weight_scaling_omega)
        self.write_weights(combined)
        self.reference_weights = combined.clone() if realistic else None
        if realistic:
            self.program_weights()

    def apply_weight_scaling(self, combined: torch.Tensor, omega: float | None = None) -> torch.Tensor:
        """Return the weights divided by new mapping scales `max|W| / omega`, which are kept; unchanged for omega = 0."""
        mapping = self.rpu_config.mapping
        omega = mapping.weight_scaling_omega if omega is None else omega
        if omega <= 0:
            return combined
        largest = combined.abs().amax(dim=1) if mapping.weight_scaling_columnwise else combined.abs().amax().reshape(1)
        self.set_scales(torch.where(largest > 0, largest / omega, torch.ones_like(largest)))
        return combined / self.mapping_scales[:, None]

    @torch.no_grad()
    def get_weights(self, apply_weight_scaling: bool = True,
                    realistic: bool = False) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return copies of the logical weights [out, in] and the bias [out] or None, on the CPU.

        Args:
            apply_weight_scaling: multiply the weights in the crossbar by the scales.
            realistic: estimate the weights from noisy products (`read_weights`) instead of copying them.
        """
        combined = self.read_weights() if realistic else self.analog_ctx.detach()
        scales = self.get_scales()
        if apply_weight_scaling and scales is not None:
            combined = combined * scales[:, None]
        combined = combined.cpu().clone()
        if self.analog_bias:
            return combined[:, :-1].contiguous(), combined[:, -1].clone()
        return combined, None if self.bias is None else self.bias.detach().cpu().clone()

    def remap_weights(self, weight_scaling_omega: float = 1.0) -> None:
        """Read the logical weights and write them back with new mapping scales."""
        self.set_weights(*self.get_weights(), weight_scaling_omega=weight_scaling_omega)

    @torch.no_grad()
    def read_weights(self, over_sampling: int = 10, x_values: Any = None) -> torch.Tensor:
        """Estimate the weights in the crossbar from its noisy products, by least squares.

        Args:
            over_sampling: number of random input vectors for each input line.
            x_values: use these input vectors, [vectors, in] (with an analog bias, [vectors, in + 1]).

        Returns:
            Weights, [out, in] (with an analog bias, [out, in + 1]).
        """
        if x_values is not None:
            x_values = as_array(torch.as_tensor(x_values, dtype=torch.float32, device=self.device))
        return as_tensor(self.run(self.tile.read, over_sampling, x_values))
