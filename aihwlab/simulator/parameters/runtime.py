"""Parameters of the computation, as opposed to the hardware that it simulates."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aihwlab.parameters.base import Parameters
from aihwlab.parameters.enums import RPUDataType


@dataclass
class RuntimeParameter(Parameters):
    """How a tile is computed; two configurations that differ only here are equal."""

    data_type: RPUDataType = RPUDataType.FLOAT
    """Floating-point format of the tile."""

    on_the_fly_bindings: bool = False
    """Accepted so that programs for aihwkit run; a tile here always reads the present parameters."""

    offload_input: bool = False
    """Keep the inputs of the forward pass in the memory of the CPU until the update."""

    offload_gradient: bool = False
    """Keep the gradients of the backward pass in the memory of the CPU until the update."""


def precision_problems(config: Any) -> Iterator[tuple[str, str]]:
    """Yield the format of a configuration whose tile does not compute in it, and what it must be instead."""
    if config.runtime.data_type != RPUDataType.FLOAT:
        yield 'runtime.data_type', f'{RPUDataType.FLOAT}: {config.tile_class.__name__} computes in float32'
