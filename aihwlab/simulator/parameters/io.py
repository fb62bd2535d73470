"""Parameters of the analog product, where programs for aihwkit look for them."""

from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.io_ir_drop import IOParametersIRDropT

__all__ = ['IOParameters', 'IOParametersIRDropT']
__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py
