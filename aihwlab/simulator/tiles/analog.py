"""The tile of pulsed devices: a crossbar that is trained where it stands."""

from typing import Any

from aihwlab.simulator.tiles.crossbar import CrossbarTile

__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py


class AnalogTile(CrossbarTile):
    """A crossbar of pulsed devices, with the converters and pulse trains of `aihwlab.simulator.configs.SingleRPUConfig`."""

    def tile_parameters(self, rpu_config: Any) -> Any:
        """Return the configuration itself, which has all parameters of a tile of the kernel."""
        return rpu_config
