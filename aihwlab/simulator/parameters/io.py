"""Parameters of the analog product, where programs for aihwkit look for them."""

from aihwlab.parameters.io import IOParameters

__all__ = ['IOParameters']
__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py
