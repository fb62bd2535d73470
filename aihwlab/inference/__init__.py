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
from aihwlab.inference.noise.custom import StateIndependentNoiseModel
from aihwlab.inference.noise.hermes import HermesNoiseModel
from aihwlab.inference.noise.pcm import CustomDriftPCMLikeNoiseModel, PCMLikeNoiseModel
from aihwlab.inference.noise.reram import ReRamCMONoiseModel, ReRamWan2022NoiseModel
from aihwlab.inference.utils import drift_analog_weights, program_analog_weights

__all__ = [
    'BaseConductanceConverter', 'BaseDriftCompensation', 'BaseNoiseModel', 'CustomDriftPCMLikeNoiseModel',
    'CustomPairConductanceConverter', 'DualPairConductanceConverter', 'GlobalDriftCompensation', 'HermesNoiseModel',
    'NPairConductanceConverter', 'PCMLikeNoiseModel', 'ReRamCMONoiseModel', 'ReRamWan2022NoiseModel',
    'SingleDeviceConductanceConverter', 'SinglePairConductanceConverter', 'StateIndependentNoiseModel',
    'drift_analog_weights', 'program_analog_weights',
]
