"""Parameters of what happens to weights between updates, where programs for aihwkit look for them."""

from aihwlab.parameters.drift import DriftParameter, SimpleDriftParameter
from aihwlab.parameters.weights import WeightClipParameter, WeightModifierParameter, WeightRemapParameter

__all__ = ['DriftParameter', 'SimpleDriftParameter', 'WeightClipParameter', 'WeightModifierParameter', 'WeightRemapParameter']
