"""Networks after training: their weights are programmed, and drift."""

from aihwlab.inference.utils import drift_analog_weights, program_analog_weights

__all__ = ['drift_analog_weights', 'program_analog_weights']
