"""Networks after training: converters to conductances, noise, drift and its compensation, programming of whole models."""

from aihwlab.inference.compensation.base import BaseDriftCompensation
from aihwlab.inference.compensation.drift import GlobalDriftCompensation
from aihwlab.inference.converter.base import BaseConductanceConverter
from aihwlab.inference.converter.conductance import (
    CustomPairConductanceConverter,
    DualPairConductanceConverter,
    NPairConductanceConverter,
    SingleDeviceConductanceConverter,
    SinglePairConductanceConverter,
)
from aihwlab.inference.noise.base import BaseNoiseModel
from aihwlab.inference.noise.pcm import PCMLikeNoiseModel
from aihwlab.inference.utils import drift_analog_weights, program_analog_weights

__all__ = [
    'BaseConductanceConverter', 'BaseDriftCompensation', 'BaseNoiseModel', 'CustomPairConductanceConverter',
    'DualPairConductanceConverter', 'GlobalDriftCompensation', 'NPairConductanceConverter', 'PCMLikeNoiseModel',
    'SingleDeviceConductanceConverter', 'SinglePairConductanceConverter', 'drift_analog_weights', 'program_analog_weights',
]
