"""The tile for inference that is written in operations of torch."""

from typing import Any, ClassVar

import torch
from torch.autograd import Function

from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.kernel.random import Stream
from aihwlab.simulator.tiles.arguments import in_single_precision
from aihwlab.simulator.tiles.exchange import written_out
from aihwlab.simulator.tiles.inference import InferenceTileWithPeriphery
from aihwlab.simulator.tiles.own_crossbar import TileWithSimulator


class TorchInferenceTile(TileWithSimulator, InferenceTileWithPeriphery):
    """A tile for inference whose products are made of operations of torch, which differentiates the whole analog chain.

    Gradients pass rounding, end where a converter clips, and know the noise of the product that they belong to. Its outputs
    are those of an `InferenceTile`, up to the rounding of single precision.
    """

    kept: ClassVar[tuple[str, ...]] = (*InferenceTileWithPeriphery.kept, 'simulator')

    def product(self, x: torch.Tensor, geometry: Geometry | None, bias: torch.Tensor | None) -> torch.Tensor:
        """Return the analog product, made of operations that torch differentiates."""
        if x.dim() == 2:
            return self.product(x[:, :, None], None, bias)[:, :, 0]
        self.notice_changes()
        seen = SeenWeights.apply(self.analog_ctx, self.product_weights(), self)
        vectors = x if geometry is None else written_out(Patches(x, geometry))
        y = self.multiplied(vectors, seen, None)
        y = y if bias is None else y + bias[:, None]
        return y if geometry is None else y.reshape(*y.shape[:2], *geometry.positions(x.shape[2:]))

    def forward_crossbar(self, x: torch.Tensor | Patches, bias: torch.Tensor | None = None,
                         weights: torch.Tensor | None = None, stream: Stream | None = None) -> torch.Tensor:
        """Return the analog product for a batch of vectors, or patches; see `CrossbarTile.forward_crossbar`."""
        y = self.multiplied(written_out(x), self.product_weights() if weights is None else weights, stream)
        return y if bias is None else y + bias[:, None]

    @in_single_precision()
    def multiplied(self, vectors: torch.Tensor, weights: torch.Tensor, stream: Stream | None) -> torch.Tensor:
        """Return what the crossbar with some weights makes of vectors: [batch, in, positions] -> [batch, out, positions]."""
        batch, lines, positions = vectors.shape
        simulator = self.simulator
        simulator.seen, simulator.stream = weights, stream
        try:
            rows = simulator.forward(vectors.transpose(1, 2).reshape(-1, lines), is_test=not self.training)
        finally:
            simulator.seen = simulator.stream = None
        return rows.reshape(batch, positions, self.out_size).transpose(1, 2).contiguous()


class SeenWeights(Function):
    """The weights that a product sees, of which the gradient is that of the trained weights."""

    @staticmethod
    def forward(ctx: Any, trained: torch.Tensor, seen: torch.Tensor, tile: TorchInferenceTile) -> torch.Tensor:
        """Return the weights that are seen."""
        ctx.tile = tile
        return seen.view_as(seen)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        """Return the gradient of the trained weights, over the square of the mapping scales."""
        return ctx.tile.as_logical_gradient(grad_output), None, None
