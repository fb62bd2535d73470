"""Tiki-Taka version 2: what is read is collected in a digital buffer, and written once it is worth a step.

Source: T. Gokmen, Front. Artif. Intell. 4, 699148, 2021, doi:10.3389/frai.2021.699148.
"""

from typing import Any

import numpy as np

from aihwlab.kernel.buffers import Threshold
from aihwlab.kernel.cells.pulsed import Delivery
from aihwlab.kernel.cells.transfer import Reads, TransferCells
from aihwlab.kernel.namespace import Array


class BufferedTransferCells(TransferCells):
    """Cells with a buffer behind each array but the last (`aihwlab.parameters.buffered_transfer`)."""

    parameters: Any
    sums = 1
    """Digital numbers of each device to which a read is added."""

    def memory_names(self) -> list[str]:
        """Return the names of all buffers."""
        return [self.buffer_name(level) for level in range(len(self.readers))]

    def buffer_name(self, level: int) -> str:
        """Return the name in `hidden` of the buffer between an array and the next."""
        return f'buffered_FP_weight_{level}'

    def transfer_rate(self, level: int, learning_rate: float) -> float:
        """Return what a read is multiplied by: of arrays that both belong to the weight, the first may count for more."""
        here, there = self.parameters.shares()[level:level + 2]
        ratio = here / there if here > 0 and there > 0 else 1.0
        return super().transfer_rate(level, learning_rate) * ratio

    def threshold(self, level: int) -> float:
        """Return the content of a buffer that makes one write."""
        return self.parameters.thres_scale * self.parts[level + 1].granularity

    @property
    def cap(self) -> float:
        """Largest content that stays in a buffer."""
        return np.inf

    def gradients(self, reads: Reads, delivery: Delivery) -> tuple[Array, float]:
        """Collect what was read; return minus the number of steps to write, [reads, lines], and the size of a step."""
        p, buffer = self.parameters, self.memory[self.buffer_name(reads.level)]
        size, longest, kept, cap = (np.float32(number) for number in (
            self.threshold(reads.level), p.transfer_update.desired_bl, p.momentum, self.cap))
        threshold = Threshold(size, longest, kept, p.forget_buffer, cap)
        if delivery.engine.counts is not None:
            delivery.engine.counts.digital += self.sums * reads.values.size
        steps = delivery.stages.collect(buffer, self.contribution(reads, delivery), reads.slices, p.transfer_columns,
                                        threshold)
        return -steps, p.step * self.parts[reads.level + 1].granularity

    def contribution(self, reads: Reads, delivery: Delivery) -> Array:
        """Return what reads add to the buffer, [reads, lines]."""
        return np.float32(self.transfer_rate(reads.level, delivery.learning_rate)) * reads.values
