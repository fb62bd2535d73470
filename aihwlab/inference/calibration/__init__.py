"""Ranges of a network that is trained already, from data."""

from aihwlab.inference.calibration.calibration import (
    InputRangeCalibrationType,
    calibrate_input_ranges,
    calibrate_quantization_ranges,
)

__all__ = ['InputRangeCalibrationType', 'calibrate_input_ranges', 'calibrate_quantization_ranges']
