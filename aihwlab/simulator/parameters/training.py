"""Parameters of the pulsed update, where programs for aihwkit look for them."""

from aihwlab.parameters.update import UpdateParameters

__all__ = ['UpdateParameters']
