"""Parameters that all devices share, and those of devices without pulses."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from aihwlab.parameters.base import Parameters, parameter
from aihwlab.parameters.drift import SimpleDriftParameter


class Device(Parameters):
    """Base of all device parameters.

    Everything that the kernel reads of any device stands here. What a class has no field for keeps the value given here
    and cannot be set, so that a misspelt name is always an error.
    """

    construction_seed: int = 0
    diffusion: float = 0.0
    diffusion_dtod: float = 0.0
    lifetime: float = 0.0
    lifetime_dtod: float = 0.0
    reset: float = 0.0
    reset_dtod: float = 0.0
    reset_std: float = 0.0
    write_noise_std: float = 0.0
    apply_write_noise_on_set: bool = True
    perfect_bias: bool = False
    drift: Any = None

    def requires_diffusion(self) -> bool:
        """Return whether weights diffuse after each training step."""
        return self.diffusion > 0

    def requires_decay(self) -> bool:
        """Return whether weights decay after each training step."""
        return self.lifetime > 0

    def resolved(self) -> Any:
        """Return the parameters in the form that the kernel reads."""
        return self

    def without_perfect_bias(self) -> Any:
        """Return the same parameters for a tile that has no bias column."""
        device: Any = self
        return replace(device, perfect_bias=False) if self.perfect_bias else device

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if 0 < self.lifetime <= 1:
            yield 'lifetime', '0 for no decay, or above 1: a shorter life than one training step keeps nothing'


@dataclass
class FloatingPointDevice(Device):
    """A digital memory: the exact update, `W <- W - lr d x^T`."""

    diffusion: float = parameter(0.0, '[0, inf)')
    """Standard deviation of the random walk of the weight, in units of the weight per training step."""

    lifetime: float = parameter(0.0, '[0, inf)')
    """Time after which a weight has decayed to 1/e, in training steps; 0 means no decay."""

    drift: SimpleDriftParameter = field(default_factory=SimpleDriftParameter)
    """Drift, for which a tile must be told the time that has passed."""


@dataclass
class IdealDevice(Device):
    """A device without bounds that takes the exact update, `W <- W - lr d x^T`, behind imperfect converters."""

    construction_seed: int = parameter(0, '[0, 18446744073709551615]')
    """Accepted as for all devices; an ideal device has nothing to draw."""

    diffusion: float = parameter(0.0, '[0, inf)')
    """Standard deviation of the random walk of the weight, in units of the weight per training step."""

    lifetime: float = parameter(0.0, '[0, inf)')
    """Time after which a weight has decayed to 1/e, in training steps; 0 means no decay."""

    reset_std: float = parameter(0.01, '[0, inf)')
    """Noise of the weight from reset to reset, in units of the weight."""
