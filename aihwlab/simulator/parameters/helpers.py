"""What all parameter classes share, where programs for aihwkit look for it."""

from aihwlab.parameters.base import Parameters, parameter

__all__ = ['Parameters', 'parameter']
