"""The ideal tile: exact products and exact gradient steps, with the interface of an analog tile."""

from typing import Any

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.tiles.crossbar import CrossbarTile
from aihwlab.simulator.tiles.exchange import multiply

PERFECT = IOParameters(is_perfect=True)
EXACT = UpdateParameters(pulse_type=PulseType.NONE_WITH_DEVICE)


class FloatingPointTile(CrossbarTile):
    """A tile that computes as a digital layer does (`aihwlab.simulator.configs.FloatingPointRPUConfig`)."""

    def build_tile(self, rpu_config: Any, seed: int) -> Tile:
        """Return a tile of the kernel with perfect converters around a digital memory."""
        shape = self.out_size, self.in_size + int(self.analog_bias)
        parameters = TileParameters(device=rpu_config.device, forward=PERFECT, backward=PERFECT, update=EXACT)
        return Tile(shape, parameters, seed, bias_column=self.analog_bias, engine=Engine(multiply))
