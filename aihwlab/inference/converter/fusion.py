"""Converter for a chip with one device for each weight, whose rows have scales of their own."""

from dataclasses import dataclass
from typing import Any

import torch

from aihwlab.exceptions import ArgumentError
from aihwlab.inference.arrays import as_array, as_tensor
from aihwlab.inference.converter.base import BaseConductanceConverter, require_parts
from aihwlab.kernel.conductance import fusion
from aihwlab.parameters.base import parameter
from aihwlab.parameters.validation import require


@dataclass
class FusionConductanceConverter(BaseConductanceConverter):
    """One device for each weight, `G = |w| g_max / max |w|` with the maximum of each row; signs are kept outside."""

    g_max: float = parameter(40, '[10, 40]')
    """Largest conductance, uS."""

    def __post_init__(self) -> None:
        require('g_max', self.g_max, float, '[10, 40]', ArgumentError)
        super().__post_init__()

    def convert_to_conductances(self, weights: torch.Tensor) -> tuple[list[torch.Tensor], dict[str, Any]]:
        """Return a list of the one conductance, uS, [out, in], and `original_weights`, which have the signs.

        Raises:
            TypeError: for weights that are no tensor.
            ValueError: for NaN or infinite weights, or none, or weights that are no matrix.
        """
        array = as_array('weights', weights)
        if array.ndim != 2:
            raise ValueError(f'weights of shape {array.shape}: must be a matrix, [out, in]')
        return [as_tensor(fusion.to_conductances(array, self.g_max), weights)], {'original_weights': weights.detach().clone()}

    def convert_back_to_weights(self, conductances: list[torch.Tensor], params: dict[str, Any]) -> torch.Tensor:
        """Return the weights [out, in] of conductances, uS: each row is scaled to fit the original one.

        See `aihwlab.kernel.conductance.fusion.to_weights`.

        Raises:
            ValueError: for more than one conductance, or without the original weights.
        """
        require_parts(conductances, 1, params, 'original_weights')
        arrays = as_array('conductances', conductances[0]), as_array('weights', params['original_weights'])
        return as_tensor(fusion.to_weights(*arrays), conductances[0])
