"""Analog gradient accumulation with dynamic reference (AGAD): reads count from a mean over the last period of a chopper.

Source: M. Rasch, F. Carta, O. Fagbohungbe, T. Gokmen, Nat. Commun. 15, 7133, 2024, doi:10.1038/s41467-024-51221-z.
"""

from typing import Any

import numpy as np

from aihwlab.kernel.cells.chopped_transfer import ChoppedTransferCells
from aihwlab.kernel.cells.pulsed import Delivery
from aihwlab.kernel.cells.schedules import chopper_period, ends_period
from aihwlab.kernel.cells.transfer import Reads
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Stream
from aihwlab.parameters.dynamic_transfer import DynamicTransferCompound

MEAN, PAST = 'running_mean_weight', 'past_mean_weight'
"""The names in `hidden` of the running mean of what is read, and of that at the last switch of the chopper."""


class DynamicTransferCells(ChoppedTransferCells):
    """Cells whose fast devices are read against a reference of their own (`DynamicTransferCompound`)."""

    parameters: DynamicTransferCompound
    sums = 3  # the buffer, the mean, and the difference from the reference

    def memory_names(self) -> list[str]:
        """Return the names of the buffer and of both means."""
        return [*super().memory_names(), MEAN, PAST]

    def new_registers(self) -> dict[str, Any]:
        """Return the registers before the first vector: no chopper has switched."""
        return {**super().new_registers(), 'switched': np.zeros(self.slice_shape[0], dtype=bool)}

    def buffer_name(self, level: int) -> str:
        """Return the name in `hidden` of the only buffer."""
        return 'buffered_FP_weight'

    @property
    def period(self) -> int:
        """Number of reads of a slice from one switch of its chopper to the next."""
        return chopper_period(self.parameters.in_chop_prob)

    def switches(self, sweeps: Array, stream: Stream) -> Array:
        """Return whether the chopper of the slice switches after each read: at the end of a period, and perhaps before."""
        ends = ends_period(sweeps, self.period)
        return ends | super().switches(sweeps, stream) if self.parameters.in_chop_random else ends

    def gradients(self, reads: Reads, delivery: Delivery) -> tuple[Array, float]:
        """Collect what was read; return minus the number of steps to write: none before there is a reference."""
        gradients, rate = super().gradients(reads, delivery)
        gradients[array_namespace(gradients).asarray(self.sweeps(reads.numbers) <= self.period)] = 0
        return gradients, rate

    def contribution(self, reads: Reads, delivery: Delivery) -> Array:
        """Return what reads add to the buffer, [reads, lines]: their difference from the reference, which goes with them."""
        rate = np.float32(min(self.parameters.tail_weightening / self.period, 1))
        return self.worth(reads, delivery) * delivery.stages.subtract_reference(
            self.memory[MEAN], self.memory[PAST], reads.values, reads.slices, self.parameters.transfer_columns,
            self.registers['switched'], delivery.course.switches, rate)

    def worth(self, reads: Reads, delivery: Delivery) -> Array:
        """Return sign and scale of reads, [reads, lines]; perhaps by the number of reads since the last switch."""
        worth = super().worth(reads, delivery)
        if not self.parameters.experimental_correct_accumulation:
            return worth
        accumulated = np.minimum(self.sweeps(reads.numbers) % self.period + 1, 1 / self.granularity)
        return worth / array_namespace(worth).asarray(accumulated[:, None], dtype=np.float32)

    @property
    def cap(self) -> float:
        """Largest content that stays in the buffer."""
        cap = self.parameters.buffer_cap
        return super().cap if self.parameters.forget_buffer or cap == 0 else cap * self.parameters.transfer_update.desired_bl
