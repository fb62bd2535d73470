"""What all converters between weights and conductances share."""

from dataclasses import dataclass
from typing import Any

import torch

from aihwlab.inference.model import Model


@dataclass
class BaseConductanceConverter(Model):
    """Base of all converters from weights to the conductances of devices, and back; subclass it for one of your own.

    A converter keeps nothing between its two methods: what the way back needs is in the `params` that the way there returns.
    """

    def convert_to_conductances(self, weights: torch.Tensor) -> tuple[list[torch.Tensor], dict[str, Any]]:
        """Return a list of conductances, uS, each of the shape of the weights [out, in], and parameters for the way back."""
        raise NotImplementedError(f'{type(self).__name__} must have the method convert_to_conductances')

    def convert_back_to_weights(self, conductances: list[torch.Tensor], params: dict[str, Any]) -> torch.Tensor:
        """Return the weights [out, in] that conductances stand for, uS, with the parameters of the way there."""
        raise NotImplementedError(f'{type(self).__name__} must have the method convert_back_to_weights')


def require_parts(conductances: Any, count: int, params: Any, *keys: str) -> None:
    """Check what a way back is given: a list of so many conductances, and parameters with these keys.

    Raises:
        ValueError: if the number differs, or a key is missing.
    """
    if not isinstance(conductances, (list, tuple)) or len(conductances) != count:
        found = len(conductances) if isinstance(conductances, (list, tuple)) else f'a {type(conductances).__name__}'
        raise ValueError(f'conductances: must be a list of {count}, not {found}')
    missing = [key for key in keys if key not in params]
    if missing:
        raise ValueError(f'params lack {", ".join(missing)}: must be what convert_to_conductances has returned')
