"""Parameters that all pulsed devices share."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from aihwlab.parameters.base import parameter
from aihwlab.parameters.device import Device
from aihwlab.parameters.drift import DriftParameter


@dataclass
class PulsedDevice(Device):
    """What all pulsed devices have in common: bounds, step size, and their spread.

    The weight of a device has no unit: it is a conductance relative to a nominal one, minus that of a reference. Each
    device draws its parameters once. With independent standard normal numbers `xi`:

        max_bound = w_max (1 + w_max_dtod xi)
        min_bound = w_min (1 + w_min_dtod xi)
        step_up   = dw_min (min(up_down, 0)  + gain + up_down_dtod xi')
        step_down = dw_min (min(-up_down, 0) + gain - up_down_dtod xi')        gain = 1 + dw_min_dtod xi''

    So a positive `up_down` makes steps down smaller, a negative one steps up. A pulse adds or subtracts a step that
    depends on the weight as the law of the device says, and never leaves the bounds.

    A device of your own is a dataclass that derives from this class and names its law: see `aihwlab.kernel.laws.law.Law`.

    Source: T. Gokmen and Y. Vlasov, 2016, doi:10.3389/fnins.2016.00333.
    """

    law: ClassVar[Any]
    """How far one pulse moves the device (`aihwlab.kernel.laws.law.Law`); each class names its own."""

    construction_seed: int = parameter(0, '[0, 18446744073709551615]')
    """Seed of the device parameters; 0 takes the seed of the tile."""

    corrupt_devices_prob: float = parameter(0.0, '[0, 1]')
    """Probability that a device is stuck."""

    corrupt_devices_range: float = parameter(0.1, '[0, inf)')
    """Stuck devices are stuck at a random weight between minus and plus this."""

    diffusion: float = parameter(0.0, '[0, inf)')
    """Standard deviation of the random walk of the weight, in units of the weight per training step."""

    diffusion_dtod: float = parameter(0.0, '[0, inf)')
    """Spread of `diffusion` from device to device, relative to it."""

    drift: DriftParameter = parameter(factory=DriftParameter, hide_default=True)
    """Drift, for which a tile must be told the time that has passed."""

    dw_min: float = parameter(0.001, '(0, inf)')
    """Mean size of one step, in units of the weight."""

    dw_min_dtod: float = parameter(0.3, '[0, inf)')
    """Spread of the step size from device to device, relative to `dw_min`."""

    dw_min_dtod_log_normal: bool = False
    """Draw step sizes from a log-normal distribution, `gain = exp(dw_min_dtod xi)`."""

    dw_min_std: float = parameter(0.3, '[0, inf)')
    """Noise of the step from pulse to pulse, relative to the step."""

    enforce_consistency: bool = True
    """Make sure that each device steps up and down in the right direction and has its bounds on both sides of zero."""

    lifetime: float = parameter(0.0, '[0, inf)')
    """Time after which a weight has decayed to 1/e, in training steps; 0 means no decay."""

    lifetime_dtod: float = parameter(0.0, '[0, inf)')
    """Spread of `lifetime` from device to device, relative to it."""

    perfect_bias: bool = False
    """Give the last column, an analog bias, equal steps without spread and bounds 100 times as wide."""

    reset: float = 0.0
    """Mean weight after a reset."""

    reset_dtod: float = parameter(0.0, '[0, inf)')
    """Spread of `reset` from device to device, in units of the weight."""

    reset_std: float = parameter(0.01, '[0, inf)')
    """Noise of the weight from reset to reset, in units of the weight."""

    up_down: float = 0.0
    """Difference of the steps up and down, relative to `dw_min`."""

    up_down_dtod: float = parameter(0.01, '[0, inf)')
    """Spread of this difference from device to device, relative to `dw_min`."""

    w_max: float = parameter(0.6, '[0, inf)')
    """Mean upper bound of the weight."""

    w_max_dtod: float = parameter(0.3, '[0, inf)')
    """Spread of the upper bound from device to device, relative to `w_max`."""

    w_min: float = parameter(-0.6, '(-inf, 0]')
    """Mean lower bound of the weight."""

    w_min_dtod: float = parameter(0.3, '[0, inf)')
    """Spread of the lower bound from device to device, relative to `w_min`."""

    count_pulses: bool = False
    """Count the pulses that each device receives; only False is available."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if self.w_max == self.w_min:
            yield 'w_max', f'above w_min = {self.w_min}'
        if self.dw_min_dtod_log_normal and self.dw_min_dtod > 10:
            yield 'dw_min_dtod', '10 at most, if it is the spread of a logarithm'
        if self.count_pulses:
            yield 'count_pulses', 'False: a device does not count its own pulses, a tile counts all'
