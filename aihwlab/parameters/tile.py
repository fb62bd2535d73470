"""Parameters of one tile without its surroundings."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from aihwlab.parameters.base import Parameters
from aihwlab.parameters.device import Device, IdealDevice
from aihwlab.parameters.io import IOParameters, timeless_problems
from aihwlab.parameters.update import UpdateParameters


@dataclass
class TileParameters(Parameters):
    """What stands on a crossbar and around it (`aihwlab.kernel.tile.Tile`).

    The configurations of `aihwlab.simulator.configs` hold the same and, beside it, what layers need.
    """

    device: Device = field(default_factory=IdealDevice)
    """The device at each crosspoint."""

    forward: IOParameters = field(default_factory=IOParameters)
    """Converters and noise of the forward pass, `y = W x`."""

    backward: IOParameters = field(default_factory=IOParameters)
    """Converters and noise of the backward pass, `W^T d`."""

    update: UpdateParameters = field(default_factory=UpdateParameters)
    """Pulse trains of the update."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from timeless_problems(self, 'forward', 'backward')
