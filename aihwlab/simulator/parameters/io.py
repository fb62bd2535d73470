"""Parameters of the analog product, where programs for aihwkit look for them."""

from aihwlab.parameters.io import IOParameters

__all__ = ['IOParameters']
