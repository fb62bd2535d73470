"""Devices as they have been measured, or as an algorithm would like them to be.

Steps and bounds are in units of the weight, where a weight of 1 stands for the same conductance in all presets. Values
that a preset does not name are those of its device class.
"""

from dataclasses import dataclass

from aihwlab.kernel.laws.constant_step import ConstantStepDevice
from aihwlab.kernel.laws.exp_step import ExpStepDevice
from aihwlab.kernel.laws.linear_step import LinearStepDevice
from aihwlab.kernel.laws.soft_bounds_reference import SoftBoundsReferenceDevice

__all__ = [
    'CapacitorPresetDevice', 'EcRamMOPresetDevice', 'EcRamPresetDevice', 'GokmenVlasovPresetDevice',
    'IdealizedPresetDevice', 'PCMPresetDevice', 'ReRamArrayHfO2PresetDevice', 'ReRamArrayOMPresetDevice',
    'ReRamESPresetDevice', 'ReRamSBPresetDevice',
]


@dataclass
class ReRamESPresetDevice(ExpStepDevice):
    """Resistive memory (ReRAM), its steps fitted by exponentials.

    The memory fluctuates by `write_noise_std dw_min = 0.1`, far more than by one step.

    Source: N. Gong et al., Nature Communications 9, 2102, 2018, doi:10.1038/s41467-018-04485-1.
    """

    dw_min: float = 0.00135
    dw_min_dtod: float = 0.2
    dw_min_std: float = 5.0
    up_down: float = 0.259359
    up_down_dtod: float = 0.05
    w_max: float = 1.0
    w_max_dtod: float = 0.3
    w_min: float = -1.0
    w_min_dtod: float = 0.3
    A_up: float = -1.18445
    A_down: float = -0.081404
    gamma_up: float = 5.0
    gamma_down: float = 5.0
    a: float = -0.5
    b: float = -0.5
    write_noise_std: float = 75.0


@dataclass
class ReRamSBPresetDevice(SoftBoundsReferenceDevice):
    """Resistive memory (ReRAM) as a soft-bounds device, a looser fit to the data of `ReRamESPresetDevice`.

    Both bounds spread by 0.3 from device to device.

    Source: N. Gong et al., Nature Communications 9, 2102, 2018, doi:10.1038/s41467-018-04485-1.
    """

    dw_min: float = 0.002
    dw_min_dtod: float = 0.3
    dw_min_std: float = 3.75
    up_down: float = 0.0
    up_down_dtod: float = 0.01
    w_max: float = 1.25
    w_max_dtod: float = 0.3 / 1.25
    w_min: float = -0.75
    w_min_dtod: float = 0.3 / 0.75
    mult_noise: bool = False
    write_noise_std: float = 56


@dataclass
class CapacitorPresetDevice(LinearStepDevice):
    """A capacitor that is charged through transistors: nearly constant steps, but the charge leaks.

    Source: Y. Li et al., Symposium on VLSI Technology, 2018, doi:10.1109/VLSIT.2018.8510648.
    """

    dw_min: float = 0.005
    dw_min_dtod: float = 0.1
    dw_min_std: float = 0.3
    lifetime: float = 1e6
    lifetime_dtod: float = 0.3
    up_down: float = 0.0
    up_down_dtod: float = 0.06
    w_max: float = 1.0
    w_max_dtod: float = 0.07
    w_min: float = -1.0
    w_min_dtod: float = 0.07
    gamma_up: float = 0.05
    gamma_down: float = 0.05
    gamma_up_dtod: float = 0.01
    gamma_down_dtod: float = 0.01
    mult_noise: bool = False


@dataclass
class EcRamPresetDevice(LinearStepDevice):
    """Electrochemical memory (ECRAM) with lithium ions.

    Source: J. Tang et al., International Electron Devices Meeting (IEDM), 2018, doi:10.1109/IEDM.2018.8614551.
    """

    dw_min: float = 0.002
    dw_min_dtod: float = 0.1
    dw_min_std: float = 0.3
    up_down: float = 0.0
    up_down_dtod: float = 0.01
    w_max: float = 1.1724
    w_max_dtod: float = 0.05
    w_min: float = -0.8276
    w_min_dtod: float = 0.05
    gamma_up: float = 0.1153
    gamma_down: float = 0.5085
    gamma_up_dtod: float = 0.05
    gamma_down_dtod: float = 0.05
    mult_noise: bool = True


@dataclass
class EcRamMOPresetDevice(LinearStepDevice):
    """Electrochemical memory (ECRAM) made of metal oxides: the smallest steps of all measured presets.

    Source: S. Kim et al., International Electron Devices Meeting (IEDM), 2019, doi:10.1109/IEDM19573.2019.8993463.
    """

    dw_min: float = 0.00028214
    dw_min_dtod: float = 0.1
    dw_min_std: float = 2.0
    up_down: float = 0.0
    up_down_dtod: float = 0.01
    w_max: float = 1.1714
    w_max_dtod: float = 0.05
    w_min: float = -0.8286
    w_min_dtod: float = 0.05
    gamma_up: float = 0.4152
    gamma_down: float = 0.7342
    gamma_up_dtod: float = 0.05
    gamma_down_dtod: float = 0.05
    mult_noise: bool = True


@dataclass
class IdealizedPresetDevice(ConstantStepDevice):
    """A device that training would like to have: ten thousand constant and symmetric steps between its bounds.

    Source: T. Gokmen and Y. Vlasov, Frontiers in Neuroscience 10, 333, 2016, doi:10.3389/fnins.2016.00333; M. Rasch et
    al., IEEE Design & Test 37, 2020, doi:10.1109/MDAT.2019.2952341.
    """

    dw_min: float = 0.0002
    dw_min_dtod: float = 0.3
    dw_min_std: float = 0.3
    up_down: float = 0.0
    up_down_dtod: float = 0.0
    w_max: float = 1.0
    w_max_dtod: float = 0.3
    w_min: float = -1.0
    w_min_dtod: float = 0.3


@dataclass
class GokmenVlasovPresetDevice(ConstantStepDevice):
    """A device that just meets the specification for training: 1250 constant steps between its bounds.

    Source: T. Gokmen and Y. Vlasov, Frontiers in Neuroscience 10, 333, 2016, doi:10.3389/fnins.2016.00333.
    """

    dw_min: float = 0.0016
    dw_min_dtod: float = 0.3
    dw_min_std: float = 0.3
    up_down: float = 0.0
    up_down_dtod: float = 0.01
    w_max: float = 1.0
    w_max_dtod: float = 0.3
    w_min: float = -1.0
    w_min_dtod: float = 0.3


@dataclass
class PCMPresetDevice(ExpStepDevice):
    """Phase-change memory (PCM), which steps up gradually and is reset at once.

    The weight is a bare conductance, from 0 to 2: a signed weight takes two devices.

    Source: S. Nandakumar et al., Frontiers in Neuroscience 14, 406, 2020, doi:10.3389/fnins.2020.00406.
    """

    dw_min: float = 0.01
    dw_min_dtod: float = 0.2
    dw_min_std: float = 0.6
    reset: float = 0.01
    reset_dtod: float = 0.02
    up_down: float = 0.0
    up_down_dtod: float = 0.05
    w_max: float = 2.0
    w_max_dtod: float = 0.1
    w_min: float = 0.0
    w_min_dtod: float = 0.0
    A_up: float = -27.235
    A_down: float = -2.235
    gamma_up: float = 2.5
    gamma_down: float = 2.5
    a: float = -1.0
    b: float = 0.0
    dw_min_std_add: float = 0.042
    dw_min_std_slope: float = 0.108


@dataclass
class ReRamArrayOMPresetDevice(SoftBoundsReferenceDevice):
    """Resistive memory (ReRAM) of an array in 14 nm technology, made of optimised material (OM).

    In the array 13.5 % of the devices were stuck: `corrupt_devices_prob = 0.1348`, which is not the default.

    Source: N. Gong et al., International Electron Devices Meeting (IEDM), 2022, doi:10.1109/IEDM45625.2022.10019569.
    """

    corrupt_devices_prob: float = 0.0
    corrupt_devices_range: float = 0.01
    dw_min: float = 0.0949
    dw_min_dtod: float = 0.7829
    dw_min_dtod_log_normal: bool = True
    dw_min_std: float = 0.4158
    up_down: float = 0.0
    up_down_dtod: float = 0.01
    w_max: float = 1.0
    w_max_dtod: float = 0.3499
    w_min: float = -1.0
    w_min_dtod: float = 0.5695
    mult_noise: bool = False
    write_noise_std: float = 1.4113
    reference_std: float = 0.05
    subtract_symmetry_point: bool = True


@dataclass
class ReRamArrayHfO2PresetDevice(SoftBoundsReferenceDevice):
    """Resistive memory (ReRAM) of an array in 14 nm technology, made of HfO2: it has steps near half a weight.

    In the array 9.8 % of the devices were stuck: `corrupt_devices_prob = 0.0977`, which is not the default.

    Source: N. Gong et al., International Electron Devices Meeting (IEDM), 2022, doi:10.1109/IEDM45625.2022.10019569.
    """

    corrupt_devices_prob: float = 0.0
    corrupt_devices_range: float = 0.01
    dw_min: float = 0.4622
    dw_min_dtod: float = 0.7125
    dw_min_dtod_log_normal: bool = True
    dw_min_std: float = 0.2174
    up_down: float = 0.0
    up_down_dtod: float = 0.01
    w_max: float = 1.0
    w_max_dtod: float = 0.4295
    w_min: float = -1.0
    w_min_dtod: float = 0.599
    mult_noise: bool = False
    write_noise_std: float = 0.5841
    reference_std: float = 0.05
    subtract_symmetry_point: bool = True
