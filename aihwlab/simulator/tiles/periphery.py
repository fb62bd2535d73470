"""The digital parts around a crossbar: bias, mapping scales, learned output scales, and reading and writing of weights."""

import warnings
from typing import Any, NamedTuple

import torch
from torch.nn import Parameter

from aihwlab.exceptions import ConfigError, TileError
from aihwlab.parameters.validation import require
from aihwlab.simulator.tiles.arguments import as_numbers, as_weights
from aihwlab.simulator.tiles.exchange import as_array, as_tensor
from aihwlab.simulator.tiles.processing import TileWithProcessing
from aihwlab.simulator.tiles.programming import TOLERANCE


class Placed(NamedTuple):
    """Weights, where they are to be written.

    Attributes:
        crossbar: weights in the crossbar, [out, in] (with an analog bias, [out, in + 1]).
        scales: new mapping scales, [1] or [out], or None to keep the present ones.
        bias: digital bias, [out], or None to keep the present one.
    """

    crossbar: torch.Tensor
    scales: torch.Tensor | None
    bias: torch.Tensor | None


class TileWithPeriphery(TileWithProcessing):
    """A crossbar with its digital surroundings.

        y = learned_scale * mapping_scale * crossbar(x) + bias

    The logical weight of the tile is the weight in the crossbar times both scales. With an analog bias
    (`mapping.digital_bias = False`) the crossbar has one more column, whose input is always 1.

    Attributes:
        bias: digital bias, a parameter [out], or None.
        mapping_scales: scales found when weights were written, a buffer [1] or [out], or None.
        out_scaling_alpha: learned output scales, a parameter [1] or [out], or None.
        tolerance: error of `program_weights` above which `set_weights(realistic=True)` warns.
    """

    tolerance = TOLERANCE

    def __init__(self, out_size: int, in_size: int, rpu_config: Any, bias: bool) -> None:
        super().__init__()
        mapping = rpu_config.mapping
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

    def get_scales(self) -> torch.Tensor | None:
        """Return mapping scale times learned scale, or None if there is neither."""
        scales = [scale.detach() for scale in (self.mapping_scales, self.out_scaling_alpha) if scale is not None]
        return None if not scales else scales[0].clone() if len(scales) == 1 else scales[0] * scales[1]

    def get_mapping_scales(self) -> torch.Tensor | None:
        """Return the mapping scales, [1] or [out], or None."""
        return self.mapping_scales

    def set_mapping_scales(self, scales: Any) -> None:
        """Set the mapping scales to a number, or to a tensor of one element or one for each output; None removes them.

        Raises:
            ValueError: for another number of scales, or scales that are not positive and finite.
        """
        if scales is not None:
            scales = self._scales(scales, 'mapping scales', self.out_size, is_positive=True)
        self.mapping_scales = scales

    def _scales(self, scales: Any, name: str, size: int, is_positive: bool = False) -> torch.Tensor:
        """Return a copy of scales, [1] or [size], that are possible."""
        scales = as_numbers(name, scales).to(self.device).clone().reshape(-1)
        if len(scales) not in (1, size):
            raise ValueError(f'{len(scales)} {name} for {self.out_size} outputs: expected {" or ".join(map(str, {1, size}))}')
        if not torch.isfinite(scales).all() or (is_positive and not (scales > 0).all()):
            raise ValueError(f'{name} = {scales.tolist()}: must be {"positive and " * is_positive}finite')
        return scales

    def get_learned_out_scales(self) -> Parameter | None:
        """Return the learned output scales, a parameter, or None."""
        return self.out_scaling_alpha

    @torch.no_grad()
    def set_learned_out_scales(self, scales: Any) -> None:
        """Set the learned output scales to a number, or to as many as there are.

        Raises:
            ConfigError: if the tile has none.
            ValueError: for another number of scales, or scales that are not finite.
        """
        if self.out_scaling_alpha is None:
            raise ConfigError('mapping.learn_out_scaling = False: this tile has no learned output scales')
        scales = self._scales(scales, 'learned output scales', len(self.out_scaling_alpha))
        self.out_scaling_alpha.copy_(scales.expand_as(self.out_scaling_alpha))

    def set_scales(self, scales: Any) -> None:
        """Set the mapping scales, and the learned output scales to 1."""
        self.set_mapping_scales(scales)
        if self.out_scaling_alpha is not None:
            self.set_learned_out_scales(1.0)

    def prepare_for(self, digital: dict[str, Any], prefix: str, rpu_config: Any) -> None:
        """Check the digital parts of a checkpoint; it says whether there are mapping scales, not the configuration."""
        for name in ('bias', 'out_scaling_alpha', 'mapping_scales'):
            value: Any = digital.get(prefix + name)
            if torch.is_tensor(value) and (value.is_complex() or not torch.isfinite(value).all()):
                raise TileError(f'{prefix}{name} = {value.tolist()}: must be finite real numbers')
        super().prepare_for(digital, prefix, rpu_config)
        saved = digital.get(prefix + 'mapping_scales')
        try:
            self.set_mapping_scales(saved)
        except (TypeError, ValueError) as error:
            raise TileError(f'{prefix}mapping_scales: {error}') from error

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
            ValueError: for a wrong number of elements, NaN or infinite values, an analog bias that is not given, an omega
                that is negative or not finite, or scales that are not positive and finite.
                Nothing is changed.
        """
        self.write_placed(self.placed(weight, bias, apply_weight_scaling, weight_scaling_omega), realistic)

    @torch.no_grad()
    def placed(self, weight: Any, bias: Any = None, apply_weight_scaling: bool = True,
               weight_scaling_omega: float | None = None) -> Placed:
        """Return what `set_weights` would write where; arguments and errors as there. Nothing is changed."""
        self.notice_changes()
        omega = self.rpu_config.mapping.weight_scaling_omega if weight_scaling_omega is None else weight_scaling_omega
        require('weight_scaling_omega', omega, float, '[0, inf)')
        combined, bias = as_weights(weight, bias, self.out_size, self.in_size, self.use_bias)
        combined, scales = combined.to(self.device), None
        if self.analog_bias:
            if bias is None:
                raise ValueError('bias = None: this tile has an analog bias, give it with the weights')
            combined = torch.cat([combined, bias[:, None].to(self.device)], dim=1)
        if apply_weight_scaling and omega > 0:
            combined, scales = self._scaled(combined, omega)
        return Placed(combined, scales, None if self.analog_bias else bias)

    def _scaled(self, combined: torch.Tensor, omega: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the weights divided by new mapping scales `max|W| / omega`, and these."""
        by_output, largest = self.rpu_config.mapping.weight_scaling_columnwise, combined.abs()
        largest = largest.amax(dim=1) if by_output else largest.amax().reshape(1)
        scales = self._scales(torch.where(largest > 0, largest / omega, torch.ones_like(largest)), 'mapping scales',
                              self.out_size, is_positive=True)
        combined = combined / scales[:, None]
        if not torch.isfinite(combined).all():
            raise ValueError(f'weight_scaling_omega = {omega}: the weights divided by their scales are not finite')
        return combined, scales

    def apply_weight_scaling(self, combined: torch.Tensor, omega: float | None = None) -> torch.Tensor:
        """Return the weights divided by new mapping scales `max|W| / omega`, which are kept; unchanged for omega = 0."""
        omega = self.rpu_config.mapping.weight_scaling_omega if omega is None else omega
        if omega <= 0:
            return combined
        combined, scales = self._scaled(combined, omega)
        self.set_scales(scales)
        return combined

    @torch.no_grad()
    def write_placed(self, placed: Placed, realistic: bool = False) -> None:
        """Write what `placed` has returned, exactly or with pulses."""
        self.write_weights(placed.crossbar)
        self.reference_weights = placed.crossbar.clone() if realistic else None
        if placed.scales is not None:
            self.set_scales(placed.scales)
        if self.bias is not None and placed.bias is not None:
            self.bias.copy_(placed.bias)
        if realistic:
            error = self.program_weights()
            if not error < self.tolerance:
                warnings.warn(f'programming with pulses has ended with a mean error of {error:.2g} of the largest weight, '
                              f'above the tolerance of {self.tolerance}: program_weights() goes on', stacklevel=3)

    @torch.no_grad()
    def get_weights(self, apply_weight_scaling: bool = True,
                    realistic: bool = False) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return copies of the logical weights [out, in] and the bias [out] or None, on the CPU.

        Args:
            apply_weight_scaling: multiply the weights in the crossbar by the scales.
            realistic: estimate the weights from noisy products (`read_weights`) instead of copying them.
        """
        self.notice_changes()
        if realistic:
            return self.read_weights(apply_weight_scaling)
        return self.as_logical(self.present_weights(), apply_weight_scaling)

    def as_logical(self, combined: torch.Tensor, apply_weight_scaling: bool) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return copies, on the CPU, of the weights [out, in] and the bias [out] or None for what a crossbar holds."""
        scales = self.get_scales()
        if apply_weight_scaling and scales is not None:
            combined = combined * scales[:, None]
        combined = combined.cpu().clone()
        if self.analog_bias:
            return combined[:, :-1].contiguous(), combined[:, -1].clone()
        return combined, None if self.bias is None else self.bias.detach().cpu().clone()

    def remap_weights(self, weight_scaling_omega: float = 1.0) -> None:
        """Read the logical weights and write them back with new mapping scales."""
        self.notice_changes()
        self.set_weights(*self.as_logical(self.crossbar_weights(), True), weight_scaling_omega=weight_scaling_omega)

    @torch.no_grad()
    def read_weights(self, apply_weight_scaling: bool = False, x_values: Any = None,
                     over_sampling: int = 10) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Estimate the weights in the crossbar from its noisy products, by least squares.

        Args:
            apply_weight_scaling: multiply them by the scales.
            x_values: use these input vectors, [vectors, in] (with an analog bias, [vectors, in + 1]).
            over_sampling: number of random input vectors for each input line.

        Returns:
            Weights [out, in], and the bias [out] or None, on the CPU; a digital bias is exact.
        """
        if x_values is not None:
            x_values = as_array(as_numbers('x_values', x_values).to(self.device))
        read = self.run(self.kernel_tile.read, over_sampling, x_values, as_array(self.present_weights()))
        return self.as_logical(as_tensor(read), apply_weight_scaling)
