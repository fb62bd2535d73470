"""The ideal tile: exact products and exact gradient steps, with the interface of an analog tile."""

from aihwlab.simulator.parameters.io import IOParameters
from aihwlab.simulator.parameters.training import UpdateParameters
from aihwlab.kernel.enums import PulseType
from aihwlab.simulator.tiles.analog import AnalogTile

PERFECT = IOParameters(is_perfect=True)
EXACT = UpdateParameters(pulse_type=PulseType.NONE)


class FloatingPointTile(AnalogTile):
    """A tile that computes as a digital layer does (`aihwlab.simulator.configs.FloatingPointRPUConfig`)."""

    def device_parameters(self):
        """Return the parameters of the ideal devices."""
        return self.rpu_config.device

    @property
    def forward_io(self):
        """Perfect converters."""
        return PERFECT

    @property
    def backward_io(self):
        """Perfect converters."""
        return PERFECT

    @property
    def update_parameters(self):
        """An update without pulses."""
        return EXACT
