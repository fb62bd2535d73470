"""Configurations of our own for training on measured resistive memory, where those of the same algorithm in
`aihwlab.simulator.presets.transfer` and `mixed_precision` stay at chance or do not settle.

What keeps those from learning, and what is changed here:

- Every pulse draws the write noise of its device anew, 0.10 on ReRamES and 0.11 on ReRamSB (`write_noise_std dw_min`), while
  the weights of LeNet5 begin within 0.05 to 0.2. Here weights are written over the range of the devices, up to 0.6
  (`weight_scaling_omega`), so that the same noise is a third of them.
- A write of one step of 0.002 throws the weight by fifty times as much. Here a buffer, or the digital sum, waits until many
  steps are due, and writes them at once: a write then moves the weight by a fifth to a third of what it throws it, and weights
  with small gradients keep their place. (Tiki-Taka has neither: it gets the range, and more reads.)
- A read of the fast array carries noise of about its own size. So each counts for little in the buffer, and many of them,
  with fresh noise each time, come before a write.

Weights move until they are left alone: let the learning rate fall, as each docstring says. Settings were found on ReRamSB
devices; those for ReRamES are the same, and Tiki-Taka and TTv2 learn less there, for want of a reference.
`tests/benchmarks/reram_signal.py` measures the sizes above, `tests/benchmarks/reram_accuracy.py` accuracies.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from aihwlab.parameters.mixed_precision import DigitalRankUpdateCell, MixedPrecisionCompound
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import MappingParameter
from aihwlab.simulator.presets import mixed_precision, transfer
from aihwlab.simulator.presets.devices import ReRamESPresetDevice, ReRamSBPresetDevice
from aihwlab.simulator.presets.utils import PresetUpdateParameters

__all__ = [f'Tuned{algorithm}ReRam{device}Preset' for device in ('SB', 'ES')
           for algorithm in ('TikiTaka', 'TTv2', 'ChoppedTTv2', 'AGAD', 'MixedPrecision')]


def _over_the_range() -> MappingParameter:
    """Return a mapping that writes the largest weight of each output as 0.6."""
    return MappingParameter(weight_scaling_omega=0.6, weight_scaling_columnwise=True)


def _cells_of(preset: type, **settings: Any) -> Any:
    """Return a field for the cells of a preset with other settings, each cell with copies of them."""
    def cells() -> UnitCell:
        cell: UnitCell = preset().device
        for name, value in settings.items():
            setattr(cell, name, deepcopy(value))
        return cell
    return field(default_factory=cells)


BUFFERED = dict(fast_lr=0.1, units_in_mbatch=True, transfer_every=1 / 64, step=10.0, transfer_update=PresetUpdateParameters(
    desired_bl=31, update_bl_management=False, update_management=False))
"""Settings of cells with a buffer.

- The fast array takes a fifth of the pulses, which is enough to fill it, and a step of training is several times faster.
- 64 slices are read in each batch, or one after each vector where there are fewer. With the published schedule, one read after
  each vector, each column of the first convolution is read 184 times in a batch of 8, and each of a layer of 512 inputs
  once in 64 batches.
- `transfer_every` also enters the threshold of the buffer, `auto_granularity / (slices transfer_every)`, which becomes 64
  times as high: 125 steps instead of 2 for 512 slices. So a read counts for little, and learning rates are 1 and 2 instead of
  0.05. Biases, which are digital, learn at these rates as well.
- Ten steps are written at a time.
"""


@dataclass
class TunedTikiTakaReRamSBPreset(transfer.TikiTakaReRamSBPreset):
    """Tiki-Taka on resistive memory with soft bounds.

    Learning rate 0.05, a quarter less after each epoch. Eight slices are read in each batch, not one: a column of a layer of
    512 inputs is then read a hundred times in an epoch of MNIST instead of fifteen times.
    """

    mapping: MappingParameter = field(default_factory=_over_the_range)
    device: UnitCell = _cells_of(transfer.TikiTakaReRamSBPreset, transfer_every=1 / 8)


@dataclass
class TunedTTv2ReRamSBPreset(transfer.TTv2ReRamSBPreset):
    """Tiki-Taka version 2 on resistive memory with soft bounds.

    Learning rate 1, a quarter less after each epoch. See `BUFFERED` for what is changed, and why.
    """

    mapping: MappingParameter = field(default_factory=_over_the_range)
    device: UnitCell = _cells_of(transfer.TTv2ReRamSBPreset, **BUFFERED)


@dataclass
class TunedChoppedTTv2ReRamSBPreset(transfer.ChoppedTTv2ReRamSBPreset):
    """Chopped Tiki-Taka version 2 on resistive memory with soft bounds.

    Learning rate 1, a quarter less after each epoch. See `BUFFERED` for what is changed, and why.

    Choppers switch after one in twenty reads, so that a wrong zero of the fast device averages out within an epoch.
    """

    mapping: MappingParameter = field(default_factory=_over_the_range)
    device: UnitCell = _cells_of(transfer.ChoppedTTv2ReRamSBPreset, **BUFFERED, in_chop_prob=0.05)


@dataclass
class TunedAGADReRamSBPreset(transfer.AGADReRamSBPreset):
    """AGAD on resistive memory with soft bounds.

    Learning rate 2, a quarter less after each epoch. See `BUFFERED` for what is changed, and why.

    Choppers switch after twenty reads: fifty are half an epoch in a layer of 512 inputs, in which nothing is written.
    """

    mapping: MappingParameter = field(default_factory=_over_the_range)
    device: UnitCell = _cells_of(transfer.AGADReRamSBPreset, **BUFFERED, in_chop_prob=0.05, tail_weightening=2.0)


@dataclass
class TunedMixedPrecisionReRamSBPreset(mixed_precision.MixedPrecisionReRamSBPreset):
    """Mixed precision on resistive memory with soft bounds.

    Learning rate 0.05, a quarter less after each epoch. Gradients are added up until they are worth twenty to thirty pulses,
    0.04, so that one throw of the write noise brings more than one step.
    """

    mapping: MappingParameter = field(default_factory=_over_the_range)
    update: UpdateParameters = field(default_factory=lambda: PresetUpdateParameters(desired_bl=100))
    device: DigitalRankUpdateCell = field(default_factory=lambda: MixedPrecisionCompound(
        device=ReRamSBPresetDevice(), granularity=0.04))


@dataclass
class TunedTikiTakaReRamESPreset(transfer.TikiTakaReRamESPreset):
    """Tiki-Taka on resistive memory with exponential steps.

    Learning rate 0.05, a quarter less after each epoch. Eight slices are read in each batch, not one: a column of a layer of
    512 inputs is then read a hundred times in an epoch of MNIST instead of fifteen times. These devices have no reference, so
    that what a read finds holds the symmetry point of the fast device as well: a small layer does not learn with it.
    """

    mapping: MappingParameter = field(default_factory=_over_the_range)
    device: UnitCell = _cells_of(transfer.TikiTakaReRamESPreset, transfer_every=1 / 8)


@dataclass
class TunedTTv2ReRamESPreset(transfer.TTv2ReRamESPreset):
    """Tiki-Taka version 2 on resistive memory with exponential steps.

    Learning rate 1, a quarter less after each epoch. See `BUFFERED` for what is changed, and why. These devices have no
    reference, so that what a read finds holds the symmetry point of the fast device as well, which the buffer adds up: with
    choppers (`TunedChoppedTTv2ReRamESPreset`) a network learns far more.
    """

    mapping: MappingParameter = field(default_factory=_over_the_range)
    device: UnitCell = _cells_of(transfer.TTv2ReRamESPreset, **BUFFERED)


@dataclass
class TunedChoppedTTv2ReRamESPreset(transfer.ChoppedTTv2ReRamESPreset):
    """Chopped Tiki-Taka version 2 on resistive memory with exponential steps.

    Learning rate 1, a quarter less after each epoch. See `BUFFERED` for what is changed, and why.

    Choppers switch after one in twenty reads, so that a wrong zero of the fast device averages out within an epoch.
    """

    mapping: MappingParameter = field(default_factory=_over_the_range)
    device: UnitCell = _cells_of(transfer.ChoppedTTv2ReRamESPreset, **BUFFERED, in_chop_prob=0.05)


@dataclass
class TunedAGADReRamESPreset(transfer.AGADReRamESPreset):
    """AGAD on resistive memory with exponential steps.

    Learning rate 2, a quarter less after each epoch. See `BUFFERED` for what is changed, and why.

    Choppers switch after twenty reads: fifty are half an epoch in a layer of 512 inputs, in which nothing is written.
    """

    mapping: MappingParameter = field(default_factory=_over_the_range)
    device: UnitCell = _cells_of(transfer.AGADReRamESPreset, **BUFFERED, in_chop_prob=0.05, tail_weightening=2.0)


@dataclass
class TunedMixedPrecisionReRamESPreset(mixed_precision.MixedPrecisionReRamESPreset):
    """Mixed precision on resistive memory with exponential steps.

    Learning rate 0.05, a quarter less after each epoch. Gradients are added up until they are worth twenty to thirty pulses,
    0.04, so that one throw of the write noise brings more than one step.
    """

    mapping: MappingParameter = field(default_factory=_over_the_range)
    update: UpdateParameters = field(default_factory=lambda: PresetUpdateParameters(desired_bl=100))
    device: DigitalRankUpdateCell = field(default_factory=lambda: MixedPrecisionCompound(
        device=ReRamESPresetDevice(), granularity=0.04))
