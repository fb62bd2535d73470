"""Converters and pulse trains that the presets share."""

from dataclasses import dataclass

from aihwlab.parameters.enums import BoundManagementType, NoiseManagementType, PulseType, WeightNoiseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.update import UpdateParameters

__all__ = ['IOParameters', 'PresetIOParameters', 'PresetUpdateParameters', 'StandardIOParameters', 'UpdateParameters']


@dataclass
class PresetIOParameters(IOParameters):
    """Converters of the training presets: a DAC of 7 bits, a wide ADC of 9 bits, and noisy outputs."""

    inp_res: float = 1 / (2 ** 7 - 2)
    inp_sto_round: bool = False
    out_bound: float = 20.0
    out_noise: float = 0.1
    out_res: float = 1 / (2 ** 9 - 2)
    bound_management: BoundManagementType = BoundManagementType.ITERATIVE
    noise_management: NoiseManagementType = NoiseManagementType.ABS_MAX
    w_noise: float = 0.0
    w_noise_type: WeightNoiseType = WeightNoiseType.NONE


@dataclass
class StandardIOParameters(IOParameters):
    """Converters of 8 bits on both sides, with less noise than those of the training presets."""

    inp_res: float = 1 / (2 ** 8 - 2)
    inp_sto_round: bool = False
    out_bound: float = 10.0
    out_noise: float = 0.04
    out_res: float = 1 / (2 ** 8 - 2)
    bound_management: BoundManagementType = BoundManagementType.ITERATIVE
    noise_management: NoiseManagementType = NoiseManagementType.ABS_MAX
    w_noise: float = 0.0
    w_noise_type: WeightNoiseType = WeightNoiseType.NONE


@dataclass
class PresetUpdateParameters(UpdateParameters):
    """Pulse trains of the training presets: stochastic, of at most 31 pulses, and only as long as an update needs."""

    desired_bl: int = 31
    pulse_type: PulseType = PulseType.STOCHASTIC_COMPRESSED
    update_bl_management: bool = True
    update_management: bool = True
