"""Parameters of the mapping of a weight matrix to crossbars."""

from dataclasses import dataclass, field, fields
from typing import Any

from aihwlab.parameters.base import Parameters, parameter
from aihwlab.simulator.parameters.base import RPUConfigBase


@dataclass
class MappingParameter(Parameters):
    """How a weight matrix [out, in] is scaled and cut to fit onto crossbars.

    A logical weight is the weight in the crossbar times a mapping scale times a learned output scale. Column-wise means
    one scale for each column of the crossbar, that is for each output, a row of the matrix.
    """

    digital_bias: bool = True
    """Add the bias digitally; otherwise it is one more column of weights with the constant input 1."""

    weight_scaling_omega: float = parameter(0.0, '[0, inf)')
    """Largest weight in the crossbar when weights are written; 0 means no mapping scale."""

    weight_scaling_columnwise: bool = False
    """One mapping scale for each output instead of one for all."""

    weight_scaling_lr_compensation: bool = False
    """Divide the learning rate by the mean mapping scale."""

    learn_out_scaling: bool = False
    """Train a digital scale behind the crossbar."""

    out_scaling_columnwise: bool = False
    """One trained scale for each output instead of one for all."""

    max_input_size: int = parameter(512, '[0, inf)')
    """Most inputs that one crossbar has; 0 means no limit."""

    max_output_size: int = parameter(512, '[0, inf)')
    """Most outputs that one crossbar has; 0 means no limit."""

    def compatible_with(self, other: Any) -> bool:
        """Return whether a tile may change to another mapping: all is equal but how weights are scaled on writing."""
        free = ('weight_scaling_omega', 'weight_scaling_columnwise', 'weight_scaling_lr_compensation')
        return all(getattr(self, declared.name) == getattr(other, declared.name, None)
                   for declared in fields(self) if declared.name not in free)


@dataclass
class MappableRPU(RPUConfigBase):
    """A configuration whose weight matrix may be cut into several tiles."""

    tile_array_class: type | None = None
    """Class that holds the tiles of a matrix too large for one; None means that matrices are never cut."""

    mapping: MappingParameter = field(default_factory=MappingParameter)
    """How weights are scaled and cut."""

    def get_default_tile_module_class(self, out_size: int = 0, in_size: int = 0) -> Any:
        """Return `tile_array_class` if a limit of `mapping` is set and exceeded, otherwise `tile_class`.

        Each limit counts for itself: 0 frees its dimension only. (In aihwkit one limit of 0 alone always gives an
        array.)
        """
        exceeded = (0 < self.mapping.max_input_size < in_size) or (0 < self.mapping.max_output_size < out_size)
        return self.tile_array_class if exceeded and self.tile_array_class is not None else self.tile_class
