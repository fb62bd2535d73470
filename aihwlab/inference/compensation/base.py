"""What all drift compensations share: a readout of the tile, compared with that just after programming."""

from dataclasses import dataclass
from typing import Any

import torch

from aihwlab.inference.model import Model


@dataclass
class BaseDriftCompensation(Model):
    """Base of all compensations of drift by a digital factor on the outputs of a tile; subclass it for one of your own.

    A subclass says which vectors are read (`get_readout_tensor`) and which numbers follow from the outputs (`readout`). The
    tile reads just after programming, and at each time again; the quotient of both is the factor.
    """

    def get_readout_tensor(self, in_size: int) -> torch.Tensor:
        """Return the input vectors of the readout, [vectors, in].

        Args:
            in_size: inputs of the tile, among them that of an analog bias.
        """
        raise NotImplementedError(f'{type(self).__name__} must have the method get_readout_tensor')

    def readout(self, out_tensor: torch.Tensor) -> torch.Tensor:
        """Return what is compared: one positive number, or one for each output, [out].

        Args:
            out_tensor: outputs for the input vectors of the readout, [vectors, out].
        """
        raise NotImplementedError(f'{type(self).__name__} must have the method readout')

    @torch.no_grad()
    def init_baseline(self, tile: Any) -> torch.Tensor:
        """Return the readout just after programming, to which all later ones are compared.

        Args:
            tile: an inference tile. Its `forward_readout(vectors)` multiplies vectors [vectors, in] in evaluation mode, with
                the noise of its converters, but without scales, input range and digital bias; its
                `reference_combined_weights` are the weights that should have been programmed, [out, in].
        """
        return self.readout(tile.forward_readout(self.get_readout_tensor(tile.tile.get_x_size())))

    @torch.no_grad()
    def apply(self, forward_output: torch.Tensor, ref_value: torch.Tensor) -> torch.Tensor:
        """Return the factor by which outputs have to be multiplied, the baseline over the present readout.

        Args:
            forward_output: outputs for the input vectors of the readout, [vectors, out].
            ref_value: the baseline, from `init_baseline`.
        """
        return ref_value / self.readout(forward_output)
