"""What is done digitally to the inputs and outputs of a crossbar, on their way through a layer."""

from abc import abstractmethod
from typing import Any

import torch
from torch.nn import Parameter

from aihwlab.kernel.patches import Geometry, Patches, transform
from aihwlab.simulator.tiles.arguments import as_rows, as_single_precision, require_lines
from aihwlab.simulator.tiles.exchange import left_uncompiled, written_out
from aihwlab.simulator.tiles.input_range import TileWithInputRange


class TileWithProcessing(TileWithInputRange):
    """A tile that processes inputs and outputs of its crossbar.

        y = learned_scale * alpha * mapping_scale * r * crossbar(clip(x, -r, r) / r) + bias

    The input range r is optional (`TileWithInputRange`), and so are the scales and the bias (`TileWithPeriphery`), and the
    factor alpha against drift.

    Attributes:
        in_trans, out_trans: whether inputs, and outputs, are columns, [in, ...] and [out, ...].
        compensation: factor on the outputs that makes up for drift, [1] or [out], or None.
    """

    out_size: int
    in_size: int
    in_trans: bool
    out_trans: bool
    bias: Parameter | None
    mapping_scales: torch.Tensor | None
    out_scaling_alpha: Parameter | None
    compensation: torch.Tensor | None = None

    def forward(self, x_input: torch.Tensor) -> torch.Tensor:
        """Return the output of the tile for inputs of shape [..., in]: [..., out]."""
        x_input = as_rows(x_input, self.in_trans)
        require_lines(x_input, self.in_size)
        if x_input.dim() == 2:
            y = self.forward_vectors(x_input)
        else:
            y = self.forward_vectors(x_input.reshape(-1, self.in_size)).reshape(*x_input.shape[:-1], self.out_size)
        return as_rows(y, self.out_trans)

    @left_uncompiled
    def forward_vectors(self, x: Any) -> torch.Tensor:
        """Return the output for a batch of vectors: rows, [batch, in] -> [batch, out], or [batch, in, positions].

        A convolution hands over the patches of its images, and gets images.

        Raises:
            ValueError: for inputs of another type than float32, which is what a tile computes in; those that
                `torch.autocast` has shortened are taken.
        """
        if x.dtype is not torch.float32:
            x = transform(x, as_single_precision)
        if self.is_plain():
            image, geometry = x if isinstance(x, Patches) else (x, None)
            return self.product(image, geometry, self._parameters.get('bias'))
        if not isinstance(x, Patches) and x.dim() == 2:
            return self.processed(x[:, :, None])[:, :, 0]
        return self.processed(x)

    def is_plain(self) -> bool:
        """Return whether nothing is done to inputs and outputs, besides adding a digital bias."""
        of_class, buffers = type(self), self._buffers
        return (not self.analog_bias and buffers['mapping_scales'] is None and self.out_scaling_alpha is None
                and self.compensation is None and self.observer is None
                and 'input_range' in buffers and buffers['input_range'] is None  # a range that is trained is a parameter
                and of_class.pre_forward is TileWithProcessing.pre_forward
                and of_class.post_forward is TileWithProcessing.post_forward)

    def processed(self, x: Any) -> torch.Tensor:
        """Return the output for vectors [batch, in, positions] or patches, with all that is done to inputs and outputs."""
        is_test = not self.training
        x, geometry = self.to_lines(x, is_test)
        y = self.post_forward(self.product(x, geometry, None), 1, is_test)
        shape = -1, *[1] * (y.dim() - 2)
        if self.out_scaling_alpha is not None:
            y = y * self.in_periphery('out_scaling_alpha').view(shape)
        return y if self.bias is None else y + self.in_periphery('bias').view(shape)

    @abstractmethod
    def product(self, x: torch.Tensor, geometry: Geometry | None, bias: torch.Tensor | None) -> torch.Tensor:
        """Return what the crossbar makes of its inputs plus a bias, [out]; torch differentiates it.

        Inputs are rows, [batch, in] -> [batch, out], or columns, [batch, in, positions]. With the geometry of a window, `x`
        are images, whose patches are the inputs, and so are the outputs.
        """

    def to_lines(self, x: Any, is_test: bool, ctx: Any = None) -> tuple[torch.Tensor, Geometry | None]:
        """Return what the input lines get for a batch of vectors, or the images whose patches they get and their geometry.

        An analog bias, one more line, needs patches written out, and so does a `pre_forward` of a class of your own. Its
        input is 1; behind an input range, by which the outputs are multiplied, the inverse of it.
        """
        if self.observer is not None:
            self.observer(written_out(x))
        if type(self).pre_forward is not TileWithProcessing.pre_forward:
            x = self.pre_forward(written_out(x), 1, is_test, ctx)
        elif self.input_range is not None:
            x = self.in_input_range(x, is_test)
        if self.analog_bias:
            x = written_out(x)
            ones = x.new_ones(x.shape[0], 1, x.shape[2])
            x = torch.cat([x, ones if self.input_range is None else ones / self.input_range.detach()], dim=1)
        return x if isinstance(x, Patches) else (x, None)

    def pre_forward(self, x_input: torch.Tensor, dim: int, is_test: bool = False, ctx: Any = None) -> torch.Tensor:
        """Return what the crossbar gets for inputs, whose dimension `dim` are the lines: those within the input range.

        Override it to process inputs in a way of your own; torch differentiates it.
        """
        return x_input if self.input_range is None else self.in_input_range(x_input, is_test)

    def post_forward(self, x_output: torch.Tensor, dim: int, is_test: bool = False, ctx: Any = None) -> torch.Tensor:
        """Return outputs of the crossbar, whose dimension `dim` are the lines, times input range, mapping scales and alpha.

        Override it to process outputs in a way of your own; torch differentiates it.
        """
        y = x_output if self.input_range is None else self.out_of_input_range(x_output)
        for factor in (self.in_periphery('mapping_scales'), self.compensation):
            if factor is not None:
                y = y * factor.view(tuple(-1 if number == dim % y.dim() else 1 for number in range(y.dim())))
        return y

    def in_periphery(self, name: str) -> Any:
        """Return the scales or the bias of this name as they are computed with: here, as they are."""
        return getattr(self, name)
