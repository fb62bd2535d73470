"""The crossbar of a tile whose inputs are pulses in time, on bit lines with resistance."""

from typing import Any, ClassVar

from aihwlab.simulator.tiles.analog_mvm import AnalogMVM
from aihwlab.simulator.tiles.analog_mvm_irdrop_t import AnalogMVMIRDropT, require_segments
from aihwlab.simulator.tiles.torch_tile import TorchSimulatorTile


class TorchSimulatorTileIRDropT(TorchSimulatorTile):
    """The crossbar of a `TorchInferenceTile` whose bit lines have resistance when it does not train.

    The crossbar has as many rows as `mapping.max_input_size` says, of which the inputs take those in the middle. Conductances
    are those that `noise_model.g_converter` makes of the weights.

    Raises:
        ConfigError: if `forward.ir_drop_segments` does not divide the rows.
    """

    analog_mvm: ClassVar[type[AnalogMVM]] = AnalogMVMIRDropT

    def __init__(self, x_size: int, d_size: int, rpu_config: Any, bias: bool = False) -> None:
        super().__init__(x_size, d_size, rpu_config, bias)
        if not rpu_config.forward.is_exact and rpu_config.forward.ir_drop > 0:
            require_segments(rpu_config.forward, max(rpu_config.mapping.max_input_size, x_size))

    def around(self) -> dict[str, Any]:
        """Return the converter of weights to conductances, and the number of rows."""
        return {'g_converter': self.rpu_config.noise_model.g_converter,
                'phys_input_size': self.rpu_config.mapping.max_input_size}
