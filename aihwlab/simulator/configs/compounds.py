"""Parameters of cells with several devices, where programs for aihwkit look for them."""

from aihwlab.parameters.unit_cell import UnitCell

__all__ = ['UnitCell']
__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py
