"""Models of the noise of programmed devices, where older programs for aihwkit look for them."""

from aihwlab.inference.noise.base import BaseNoiseModel
from aihwlab.inference.noise.custom import StateIndependentNoiseModel
from aihwlab.inference.noise.hermes import HermesNoiseModel
from aihwlab.inference.noise.pcm import CustomDriftPCMLikeNoiseModel, PCMLikeNoiseModel
from aihwlab.inference.noise.reram import ReRamCMONoiseModel, ReRamWan2022NoiseModel

__all__ = [
    'BaseNoiseModel', 'CustomDriftPCMLikeNoiseModel', 'HermesNoiseModel', 'PCMLikeNoiseModel', 'ReRamCMONoiseModel',
    'ReRamWan2022NoiseModel', 'StateIndependentNoiseModel',
]
