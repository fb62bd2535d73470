"""Parameters of cells that learn on one array and keep what they have learned on another: Tiki-Taka."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from aihwlab.parameters.base import parameter
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.io import IOParameters, timeless_problems
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.update import UpdateParameters


@dataclass
class TransferCompound(UnitCell):
    """Tiki-Taka: pulses of the gradient change a fast device, which is read now and then and written to a slow one.

    Of the devices `A = D_0, D_1, ..., D_n = C` of a cell only the first sees gradients. Every so many vectors one slice, a
    column or a row, of the array of `D_k` is read through a DAC and an ADC, and what was read is the gradient of a pulsed
    update of the same slice of `D_k+1`:

        A <- A - fast_lr lr d x^T        C <- C + transfer_lr lr A e_j e_j^T        W = sum_k gamma^(n-k) D_k

    Slices take turns. A device whose steps up and down differ drifts to its symmetry point, where they are equal; so `A`
    forgets what averages out and keeps what does not, if its weight 0 is its symmetry point.

    Source: T. Gokmen and W. Haensch, Frontiers in Neuroscience 14, 103, 2020, doi:10.3389/fnins.2020.00103.
    """

    takes_trains: ClassVar[bool] = False

    gamma: float = parameter(0.0, '[0, inf)')
    """Share of each array in the weight, relative to the next slower one; 0 means that only the slowest is seen."""

    gamma_vec: list[float] = parameter(factory=list)
    """Share of each array in the weight; an empty list takes powers of `gamma`."""

    transfer_every: float = parameter(1.0, '[0, inf)')
    """Time from one transfer to the next, in batches or in vectors; 0 means no transfer."""

    no_self_transfer: bool = True
    """Let the last array transfer to none; only True is available."""

    transfer_every_vec: list[float] = parameter(factory=list, allowed='[0, inf)')
    """The same for each array; the last number has no effect. An empty list means that array `k` takes `(n / n_reads)^k`
    times as long as the first, with the number `n` of devices in a slice."""

    units_in_mbatch: bool = True
    """Count the time between transfers in batches; otherwise in vectors, of which a convolution has many for each image."""

    n_reads_per_transfer: int = parameter(1, '[1, inf)')
    """Number of slices that a transfer reads and writes, one after the other; at most all."""

    transfer_columns: bool = True
    """Transfer columns, which are read forward from the inputs; otherwise rows, which are read backward."""

    with_reset_prob: float = parameter(0.0, '[0, 1]')
    """Probability that a column is reset after it has been read."""

    random_selection: bool = False
    """Choose the first slice of a transfer at random; otherwise slices take turns."""

    fast_lr: float = 1.0
    """Learning rate of the first array; 0 or less takes the learning rate of the tile."""

    transfer_lr: float = parameter(1.0, '[0, inf)')
    """Learning rate of the transfers."""

    transfer_lr_vec: list[float] = parameter(factory=list, allowed='[0, inf)')
    """The same for transfers from each array; the last number has no effect. An empty list means the same for all."""

    scale_transfer_lr: bool = True
    """Multiply the learning rate of the transfers by that of the tile."""

    scale_fast_lr: bool = True
    """Multiply `fast_lr` by the learning rate of the tile."""

    transfer_forward: IOParameters = parameter(factory=IOParameters)
    """Converters and noise of the reads. They have neither noise management nor bound management, whatever is set."""

    transfer_update: UpdateParameters = parameter(factory=UpdateParameters)
    """Pulse trains of the writes."""

    def shares(self) -> list[float]:
        """Return the share `c_k` of each array in the weight."""
        last = len(self.unit_cell_devices) - 1
        return self.gamma_vec or [self.gamma ** (last - number) for number in range(last + 1)]

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from timeless_problems(self, 'transfer_forward')
        count = len(self.unit_cell_devices)
        if count < 2:
            yield 'unit_cell_devices', 'a list of two or more devices, the fastest first'
        if not all(isinstance(device, PulsedDevice) for device in self.unit_cell_devices):
            yield 'unit_cell_devices', 'a list of pulsed devices; it cannot hold cells of several devices'
        for name in ('gamma_vec', 'transfer_every_vec', 'transfer_lr_vec'):
            if len(getattr(self, name)) not in (0, count):
                yield name, f'an empty list, or one number for each of the {count} devices'
        if self.gamma_vec and self.gamma_vec[-1] == 0:
            yield 'gamma_vec', 'a list whose last number is not zero: the slowest array holds the weight that is written'
        if not self.no_self_transfer:
            yield 'no_self_transfer', 'True: an array that is written with its own content learns nothing'
        if self.transfer_update.pulse_type in (PulseType.NONE, PulseType.NONE_WITH_DEVICE):
            yield 'transfer_update.pulse_type', 'a type with pulses: transfers are made of pulses'
        if not self.units_in_mbatch:
            requirement = '0 for no transfer, or at least half a vector: times are rounded to whole vectors'
            if not self.transfer_every_vec and 0 < self.transfer_every < 0.5:
                yield 'transfer_every', requirement
            if any(0 < every < 0.5 for every in self.transfer_every_vec[:-1]):
                yield 'transfer_every_vec', requirement
        if self.with_reset_prob > 0 and not self.transfer_columns:
            yield 'with_reset_prob', '0 with transfer_columns=False: only columns can be reset'


def require_turns(parameters: Any) -> Iterator[tuple[str, str]]:
    """Yield what does not go with a buffer, which collects what was read of each slice."""
    if parameters.random_selection:
        yield 'random_selection', 'False: with a buffer, slices take turns'
    if parameters.with_reset_prob > 0:
        yield 'with_reset_prob', '0: with a buffer, nothing is reset'
