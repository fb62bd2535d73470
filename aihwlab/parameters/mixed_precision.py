"""Parameters of cells whose gradients are added up digitally."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from aihwlab.parameters.base import parameter
from aihwlab.parameters.device import Device
from aihwlab.parameters.one_sided import OneSidedUnitCell
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.vector import ReferenceUnitCell, VectorUnitCell


@dataclass
class DigitalRankUpdateCell(Device):
    """Base of cells whose gradient is added up digitally, and reaches the devices by pulses now and then.

    It says where the weights are, not how they are updated: that is what a class such as `MixedPrecisionCompound` adds.
    """

    device: PulsedDevice | VectorUnitCell | ReferenceUnitCell | OneSidedUnitCell = field(default_factory=VectorUnitCell)
    """The device at each crosspoint, or the cell of several; the default has none, and must be replaced."""

    construction_seed: int = parameter(0, '[0, inf)')
    """Seed of the device parameters; 0 takes the seed of the tile."""

    def requires_diffusion(self) -> bool:
        """Return whether the weights of the devices diffuse after each training step."""
        return self.device.requires_diffusion()

    def requires_decay(self) -> bool:
        """Return whether the weights of the devices decay after each training step."""
        return self.device.requires_decay()

    def resolved(self) -> Any:
        """Return the parameters in the form that the kernel reads."""
        return replace(self, device=self.device.resolved())

    def without_perfect_bias(self) -> Any:
        """Return the same parameters for a tile that has no bias column."""
        return replace(self, device=self.device.without_perfect_bias())

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if isinstance(self.device, PulsedDevice) and not hasattr(self.device, 'law'):
            yield 'device', 'a device with a law of its own, such as ConstantStepDevice'


@dataclass
class MixedPrecisionCompound(DigitalRankUpdateCell):
    """Mixed precision: products are analog, the gradient is added up in digital memory, exactly.

    With inputs `x` and gradients `d`, and `eps` the granularity, each vector adds to a matrix `chi` beside the crossbar:

        chi <- chi + lr Q(d) Q(x)^T

    At a transfer each chosen row gives its whole steps to the devices, and keeps the rest for later:

        n = trunc(chi / eps),  chi <- chi - eps n,  W <- W - transfer_lr eps n

    the last by one pulsed update of the row with the pulse trains of the tile, always with update management and update
    BL management. Those have `desired_bl` pulses at most: what a row has more than that is lost.

    Small gradients thus add up until they make a pulse, instead of drowning in the noise of many; the price is a digital
    memory of the size of the crossbar, and a product of vectors outside of it.

    Source: S. R. Nandakumar et al., Front. Neurosci. 14, 406, 2020, doi:10.3389/fnins.2020.00406.
    """

    transfer_every: int = parameter(1, '[1, inf)')
    """Number of batches from one transfer to the next; it comes with the first vector of the batch that follows."""

    n_rows_per_transfer: int = parameter(-1, '[-1, inf)')
    """Number of rows (outputs) that a transfer takes, one after the other; -1 takes all."""

    random_row: bool = False
    """Begin each transfer of some rows at a random row, instead of where the last one has ended."""

    granularity: float = parameter(0.0, '[0, inf)')
    """Weight of one step of a transfer, `eps`; 0 takes the granularity of the device."""

    transfer_lr: float = parameter(1.0, '(0, inf)')
    """Weight change of one step of a transfer, relative to `eps`."""

    n_x_bins: int = parameter(0, '[0, inf)')
    """Number of levels that inputs are rounded to before they are multiplied; 0 keeps them as they are."""

    n_d_bins: int = parameter(0, '[0, inf)')
    """The same for gradients."""

    stoc_round_x: bool = True
    """Round inputs stochastically."""

    stoc_round_d: bool = True
    """Round gradients stochastically."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if self.n_rows_per_transfer == 0:
            yield 'n_rows_per_transfer', '-1 for all rows, or at least 1'
        for name in ('n_x_bins', 'n_d_bins'):
            if getattr(self, name) == 1:
                yield name, '0 for no rounding, or at least 2 levels'
