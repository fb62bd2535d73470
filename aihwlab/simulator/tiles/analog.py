"""The tile of pulsed devices: a crossbar that is trained where it stands."""

from typing import Any

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.tile import Tile
from aihwlab.simulator.tiles.crossbar import CrossbarTile
from aihwlab.simulator.tiles.exchange import multiply

__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py


class AnalogTile(CrossbarTile):
    """A crossbar of pulsed devices, with the converters and pulse trains of `aihwlab.simulator.configs.SingleRPUConfig`."""

    def build_tile(self, rpu_config: Any, seed: int) -> Tile:
        """Return the tile of the kernel, whose parameters are those of the configuration itself."""
        shape = self.out_size, self.in_size + int(self.analog_bias)
        return Tile(shape, rpu_config, seed, bias_column=self.analog_bias, engine=Engine(multiply))
