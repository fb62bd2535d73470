"""Tiki-Taka version 2: what is read is collected in a digital buffer, and written once it is worth a step.

Source: T. Gokmen, Front. Artif. Intell. 4, 699148, 2021, doi:10.3389/frai.2021.699148.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from aihwlab.kernel.cells.pulsed import Delivery
from aihwlab.kernel.cells.transfer import Reads, TransferCells
from aihwlab.kernel.looks import by_slices
from aihwlab.kernel.namespace import Array, array_namespace


class BufferedTransferCells(TransferCells):
    """Cells with a buffer behind each array but the last (`aihwlab.parameters.buffered_transfer`)."""

    parameters: Any

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

    def gradients(self, reads: Reads, delivery: Delivery) -> tuple[Array, float]:
        """Collect what was read; return minus the number of steps to write, [reads, lines], and the size of a step."""
        xp, steps = array_namespace(reads.values), []
        buffer = by_slices(self.memory[self.buffer_name(reads.level)], self.parameters.transfer_columns)
        threshold, longest = np.float32(self.threshold(reads.level)), self.parameters.transfer_update.desired_bl
        for part in self.without_repeats(reads):
            where = xp.asarray(part.slices)
            content = buffer[where] + self.contribution(part, delivery)
            steps.append(xp.clip(xp.trunc(content / threshold), -longest, longest))
            buffer[where] = self.remaining(content, steps[-1], threshold)
        return -xp.concatenate(steps), self.parameters.step * self.parts[reads.level + 1].granularity

    def without_repeats(self, reads: Reads) -> Iterator[Reads]:
        """Yield reads in parts in which no slice occurs twice: slices take turns."""
        count, _ = self.slice_shape
        for first in range(0, len(reads.slices), count):
            yield Reads(reads.level, *(values[first:first + count] for values in reads[1:]))

    def contribution(self, reads: Reads, delivery: Delivery) -> Array:
        """Return what reads add to the buffer, [reads, lines]."""
        return np.float32(self.transfer_rate(reads.level, delivery.learning_rate)) * reads.values

    def remaining(self, content: Array, steps: Array, threshold: np.float32) -> Array:
        """Return what is left in the buffer once a number of steps is written."""
        momentum = np.float32(self.parameters.momentum)
        if not self.parameters.forget_buffer:
            return content - (1 - momentum) * steps * threshold
        return array_namespace(content).where(steps != 0, momentum * content, content)
