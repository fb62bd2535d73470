"""The ideal tile: exact products and exact gradient steps, with the interface of an analog tile."""

from typing import Any

from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.tiles.crossbar import CrossbarTile

PERFECT = IOParameters(is_perfect=True)
EXACT = UpdateParameters(pulse_type=PulseType.NONE_WITH_DEVICE)


class FloatingPointTile(CrossbarTile):
    """A tile that computes as a digital layer does (`aihwlab.simulator.configs.FloatingPointRPUConfig`)."""

    def tile_parameters(self, rpu_config: Any) -> Any:
        """Return the parameters of perfect converters around a digital memory."""
        return TileParameters(device=rpu_config.device, forward=PERFECT, backward=PERFECT, update=EXACT)
