"""Parameters of cells whose devices take pulses together or in turn."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from aihwlab.parameters.base import parameter
from aihwlab.parameters.enums import VectorUnitCellUpdatePolicy
from aihwlab.parameters.unit_cell import UnitCell


@dataclass
class VectorUnitCell(UnitCell):
    """Several devices whose weights add up, `W = sum_k c_k D_k`.

    Each pulse of an update goes to all devices or, vector by vector, to one of them. Noise, and the differences between
    devices, average out. A vector that reaches one device alone moves the weight by its share of what the learning rate says,
    `c_k` times as much: multiply the learning rate by `n` to learn as fast.

    Source: I. Boybat et al., Nature Communications 9, 2514, 2018, doi:10.1038/s41467-018-04933-y.
    """

    update_policy: VectorUnitCellUpdatePolicy = VectorUnitCellUpdatePolicy.ALL
    """Which devices take the pulses of a vector: all, always the same one, one after the other, or one at random."""

    first_update_idx: int = parameter(0, '[0, inf)')
    """Number of the device that takes pulses at first; one after the other, it is the one before the first."""

    gamma_vec: list[float] = parameter(factory=list, hide_default=True)
    """Share `c_k` of each device in the weight; an empty list means the mean of all, `1 / n`."""

    def shares(self) -> list[float]:
        """Return the share of each array in the weight."""
        return self.gamma_vec or super().shares()

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        count = len(self.unit_cell_devices)
        if len(self.gamma_vec) not in (0, count):
            yield 'gamma_vec', f'an empty list, or one number for each of the {count} devices'
        if self.gamma_vec and not any(self.gamma_vec):
            yield 'gamma_vec', 'a list with a number other than 0: otherwise no device has a share in the weight'
        if self.first_update_idx >= count:
            yield 'first_update_idx', f'the number of a device, in [0, {count - 1}]'


@dataclass
class ReferenceUnitCell(UnitCell):
    """A device and its reference, `W = D_0 - D_1`.

    Pulses go to the first device alone. The second keeps what it is told: with `tile.set_hidden_update_index(1)`, weights
    are set in the reference, and with 0 in the device again. It makes the symmetry point of a device, towards which pulses
    up and down drive it, the weight zero.

    Source: H. Kim et al., 2019, arXiv:1907.10228.
    """

    update_policy: VectorUnitCellUpdatePolicy = VectorUnitCellUpdatePolicy.SINGLE_FIXED
    """Which devices take the pulses of a vector, as for `VectorUnitCell`."""

    first_update_idx: int = parameter(0, '[0, 1]')
    """Number of the device that takes pulses at first."""

    gamma_vec: list[float] = parameter(factory=lambda: [1.0, -1.0], hide_default=True)
    """Share of the device and of its reference in the weight."""

    def shares(self) -> list[float]:
        """Return the share of each array in the weight."""
        return self.gamma_vec

    def resolved(self) -> Any:
        """Return the parameters in the form that the kernel reads: one device is its own kind of reference."""
        return replace(super().resolved(), unit_cell_devices=(2 * super().resolved().unit_cell_devices)[:2])

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if len(self.unit_cell_devices) > 2:
            yield 'unit_cell_devices', 'a list of the device and its reference, or of one device that is both'
        if len(self.gamma_vec) != 2 or not any(self.gamma_vec):
            yield 'gamma_vec', 'a list of two numbers, of which one is not 0'
