"""Parameters of cells with several devices, where programs for aihwkit look for them."""

from aihwlab.parameters.buffered_transfer import BufferedTransferCompound
from aihwlab.parameters.chopped_transfer import ChoppedTransferCompound
from aihwlab.parameters.dynamic_transfer import DynamicTransferCompound
from aihwlab.parameters.mixed_precision import DigitalRankUpdateCell, MixedPrecisionCompound
from aihwlab.parameters.one_sided import DifferenceUnitCell, OneSidedUnitCell
from aihwlab.parameters.transfer import TransferCompound
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.vector import ReferenceUnitCell, VectorUnitCell

__all__ = [
    'BufferedTransferCompound', 'ChoppedTransferCompound', 'DifferenceUnitCell', 'DigitalRankUpdateCell',
    'DynamicTransferCompound', 'MixedPrecisionCompound', 'OneSidedUnitCell', 'ReferenceUnitCell', 'TransferCompound',
    'UnitCell', 'VectorUnitCell',
]
__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py
