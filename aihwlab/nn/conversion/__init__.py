"""Conversion of digital networks to analog ones and back."""

from aihwlab.nn.conversion.rules import CONVERSION_MAP, CONVERSION_MAP_MAPPED, specific_rpu_config_id
from aihwlab.nn.conversion.to_analog import convert_to_analog
from aihwlab.nn.conversion.to_digital import convert_to_digital

__all__ = ['CONVERSION_MAP', 'CONVERSION_MAP_MAPPED', 'convert_to_analog', 'convert_to_digital', 'specific_rpu_config_id']
