"""Parameters of the devices, where programs for aihwkit look for them. Each stands beside its law in `aihwlab.kernel.laws`.

In their equations `xi` is a standard normal number, new for each pulse, `s` stands for `dw_min_std`, and `step_up` and
`step_down`, `max_bound` and `min_bound` are those of one device (`PulsedDevice`).
"""

from aihwlab.kernel.laws.constant_step import ConstantStepDevice
from aihwlab.kernel.laws.exp_step import ExpStepDevice
from aihwlab.kernel.laws.linear_step import LinearStepDevice
from aihwlab.kernel.laws.piecewise_step import PiecewiseStepDevice
from aihwlab.kernel.laws.pow_step import PowStepDevice
from aihwlab.kernel.laws.pow_step_reference import PowStepReferenceDevice
from aihwlab.kernel.laws.soft_bounds import SoftBoundsDevice, SoftBoundsPmaxDevice
from aihwlab.kernel.laws.soft_bounds_reference import SoftBoundsReferenceDevice
from aihwlab.parameters.buffered_transfer import BufferedTransferCompound
from aihwlab.parameters.chopped_transfer import ChoppedTransferCompound
from aihwlab.parameters.device import FloatingPointDevice, IdealDevice
from aihwlab.parameters.dynamic_transfer import DynamicTransferCompound
from aihwlab.parameters.mixed_precision import MixedPrecisionCompound
from aihwlab.parameters.one_sided import DifferenceUnitCell, OneSidedUnitCell
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.transfer import TransferCompound
from aihwlab.parameters.vector import ReferenceUnitCell, VectorUnitCell

__all__ = [
    'BufferedTransferCompound', 'ChoppedTransferCompound', 'ConstantStepDevice', 'DifferenceUnitCell',
    'DynamicTransferCompound', 'ExpStepDevice', 'FloatingPointDevice', 'IdealDevice', 'LinearStepDevice',
    'MixedPrecisionCompound', 'OneSidedUnitCell', 'PiecewiseStepDevice', 'PowStepDevice', 'PowStepReferenceDevice',
    'PulsedDevice', 'ReferenceUnitCell', 'SoftBoundsDevice', 'SoftBoundsPmaxDevice', 'SoftBoundsReferenceDevice',
    'TransferCompound', 'VectorUnitCell',
]
__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py
