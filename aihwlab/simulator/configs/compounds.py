"""Parameters of cells with several devices, where programs for aihwkit look for them."""

from aihwlab.parameters.one_sided import DifferenceUnitCell, OneSidedUnitCell
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.vector import ReferenceUnitCell, VectorUnitCell

__all__ = ['DifferenceUnitCell', 'OneSidedUnitCell', 'ReferenceUnitCell', 'UnitCell', 'VectorUnitCell']
__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py
