"""The tile of devices that write one another, Tiki-Taka, by a name that it has in aihwkit, too."""

from typing import Any

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.transfer import TransferCompound
from aihwlab.simulator.tiles.analog import AnalogTile

__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py


class TorchTransferTile(AnalogTile):
    """An `AnalogTile` for `TransferCompound` and what is derived from it, and for no other devices.

    In aihwkit it is another program for the same algorithms, written in torch. Here both are the cells of the kernel
    (`aihwlab.kernel.cells`), with the same random numbers: it takes analog biases, and any number of reads and transfers.

    Raises:
        ConfigError: for other devices.
    """

    def tile_parameters(self, rpu_config: Any) -> Any:
        """Return the configuration itself, which has all parameters of a tile of the kernel."""
        device = getattr(rpu_config, 'device', None)
        if not isinstance(device, TransferCompound):
            raise ConfigError(f'rpu_config.device = {type(device).__name__}: must be a TransferCompound or derived from it, '
                              f'for a {type(self).__name__}')
        return super().tile_parameters(rpu_config)
