"""Numbers of other floating-point formats. In aihwkit this is compiled; here it is always there."""

from aihwlab.extension import functions as extension_ops
from aihwlab.extension.functions import FloatPrecisionCast

__all__ = ['EXTENSION_COMPILED', 'FloatPrecisionCast', 'extension_ops']

EXTENSION_COMPILED = True
"""Whether the casts are there: always."""
