"""Chopped Tiki-Taka version 2 (c-TTv2): choppers turn the sign of gradients and of reads from time to time.

Source: M. Rasch, F. Carta, O. Fagbohungbe, T. Gokmen, Nat. Commun. 15, 7133, 2024, doi:10.1038/s41467-024-51221-z.
"""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.cells.buffered_transfer import BufferedTransferCells
from aihwlab.kernel.cells.pulsed import Delivery
from aihwlab.kernel.cells.schedules import (
    chopper_period,
    chopper_signs,
    ends_period,
    running_average,
    signs_in_turn,
)
from aihwlab.kernel.cells.transfer import Reads, on_host
from aihwlab.kernel.choppers import Switches
from aihwlab.kernel.looks import by_slices
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, uniforms
from aihwlab.kernel.update import Vectors
from aihwlab.parameters.chopped_transfer import ChoppedTransferCompound
from aihwlab.parameters.update import UpdateParameters

SLICE_CHOPPERS, LINE_CHOPPERS = 1, 2
"""Series of the draws that switch choppers."""


class Course(NamedTuple):
    """What is decided of a batch before its pulse trains are drawn.

    Attributes:
        signs: sign of the gradient on each device of a slice when it was read, [reads, lines].
        switches: whether the chopper of the slice switches after the read, [reads].
        scales: factor of auto scaling on the learning rate of each vector, [vectors].
    """

    signs: Array
    switches: Array
    scales: Array


class ChoppedTransferCells(BufferedTransferCells):
    """Cells with a chopper for each slice, and one for each line along them (`ChoppedTransferCompound`)."""

    parameters: ChoppedTransferCompound

    def new_registers(self) -> dict[str, Any]:
        """Return the registers before the first vector: no chopper turns a sign, and nothing is known of the vectors."""
        slices, lines = (np.ones(count, dtype=np.float32) for count in self.slice_shape)
        return {**super().new_registers(), 'slice_choppers': slices, 'line_choppers': lines, 'mean_input': 0.0,
                'mean_gradient': 0.0}

    def add_up(self) -> None:
        """Work out the weights anew; the fast array counts with the signs of its choppers."""
        fast, slow = (np.float32(share) for share in self.parameters.shares())
        self.sum[...] = slow * self.parts[1].weights
        if fast != 0:
            xp = array_namespace(self.sum)
            slices, lines = (xp.asarray(self.registers[name]) for name in ('slice_choppers', 'line_choppers'))
            by_slices(self.sum, self.parameters.transfer_columns)[...] += fast * (
                slices[:, None] * lines * by_slices(self.parts[0].weights, self.parameters.transfer_columns))

    # The schedule.

    def intervals(self, reads: int) -> list[float]:
        """Return the time from one transfer of each array to the next; negative ones are fractions of all states."""
        device, (slices, _) = self.parts[0].array, self.slice_shape
        states = (device.parameters.w_max - device.parameters.w_min) / device.granularity
        return [every if every >= 0 else -every * states / slices for every in super().intervals(reads)]

    def sweeps(self, numbers: Array) -> Array:
        """Return how often all slices had been read before each read of a batch."""
        return (self.registers['reads_0'] + numbers) // self.slice_shape[0]

    def switches(self, sweeps: Array, stream: Stream) -> Array:
        """Return whether the chopper of the slice switches after each read, [reads]."""
        probability = self.parameters.in_chop_prob
        if probability == 0 or self.parameters.in_chop_random:
            return uniforms(stream, Purpose.SELECTION, len(sweeps), SLICE_CHOPPERS) < probability
        return ends_period(sweeps, chopper_period(probability))

    def line_switches(self, slices: Array, stream: Stream) -> Array:
        """Return whether each chopper of the lines switches after each read, [reads, lines]: some do after the last slice."""
        probability, (count, lines) = self.parameters.out_chop_prob, self.slice_shape
        if probability == 0:
            return np.zeros((len(slices), lines), dtype=bool)
        draws = uniforms(stream, Purpose.SELECTION, len(slices) * lines, LINE_CHOPPERS).reshape(-1, lines)
        return (slices == count - 1)[:, None] & (draws < probability)

    def scales(self, largest: tuple[Array, Array], update: UpdateParameters) -> Array:
        """Return the factor on the learning rate of each vector, `desired_bl g / (m_x m_d)` with the running averages of the
        largest input and gradient, and go on with these."""
        if not self.parameters.auto_scale or self.parameters.fast_lr <= 0:
            return np.ones(len(largest[0]))
        rate, product = (1 - self.parameters.auto_momentum) / len(largest[0]), np.ones(len(largest[0]))
        for name, magnitudes in zip(('mean_input', 'mean_gradient'), largest):
            averages = running_average(self.registers[name], on_host(magnitudes), rate)
            self.registers[name] = float(averages[-1])
            product *= averages
        return update.desired_bl * self.granularity / np.where(product > 0, product, 1)

    # The steps of an update.

    def prepared(self, x: Vectors, d: Array, largest: tuple[Array, Array], update: UpdateParameters, stages: Any,
                 stream: Stream) -> tuple[Vectors, Array, Any]:
        """Return the vectors with the signs of choppers, and the course of the batch."""
        batch, own, registers = len(largest[0]), stream.child(0), self.registers
        times, slices = self.transfers(0, batch, own)
        slices = slices.reshape(-1)
        switches, line_switches = self.switches(self.sweeps(np.arange(len(slices))), own), self.line_switches(slices, own)
        (reads, lines) = np.nonzero(line_switches)
        of_slices = Switches(registers['slice_choppers'], times[switches], slices[switches])
        of_lines = Switches(registers['line_choppers'], times[reads], lines)
        signs, registers['slice_choppers'] = signs_in_turn(of_slices.signs, registers['reads_0'], switches)
        line_signs = chopper_signs(of_lines.signs, line_switches)
        registers['line_choppers'] = line_signs[-1]
        if not self.parameters.transfer_columns:
            of_slices, of_lines = of_lines, of_slices
        course = Course(signs[:, None] * line_signs[:-1], switches, self.scales(largest, update))
        return stages.chop(x, of_slices), stages.chop(d, of_lines), course

    def plan(self, largest: tuple[Array, Array], learning_rate: float, update: UpdateParameters, stages: Any,
             course: Any) -> Any:
        """Return length and scale of the pulse trains of each vector, at the learning rate of each."""
        roots = array_namespace(largest[0]).asarray(np.sqrt(course.scales), dtype=np.float32)
        input_max, gradient_max = largest
        plan = super().plan((input_max * roots, gradient_max * roots), learning_rate, update, stages, course)
        return plan._replace(input_factor=plan.input_factor * roots, gradient_factor=plan.gradient_factor * roots)

    def threshold(self, level: int) -> float:
        """Return the content of a buffer that makes one write: buffers count in steps."""
        return 1.0

    @property
    def cap(self) -> float:
        """Largest content that stays in the buffer: none without one."""
        return 0 if self.parameters.no_buffer else np.inf

    def buffer_step(self) -> float:
        """Return what has to be read of a device for one step."""
        parameters, (slices, _) = self.parameters, self.slice_shape
        step = parameters.buffer_granularity * self.granularity
        if parameters.auto_granularity > 0:
            every = (parameters.transfer_every_vec or [parameters.transfer_every])[0]
            step *= parameters.auto_granularity / (slices * abs(every))
        return step

    def worth(self, reads: Reads, delivery: Delivery) -> Array:
        """Return what reads add to the buffer, times this: their sign and scale, [reads, lines]."""
        scale = self.transfer_rate(reads.level, delivery.learning_rate) / self.buffer_step()
        if self.parameters.correct_gradient_magnitudes:
            rates = self.rate(delivery.learning_rate) * delivery.course.scales[reads.times - 1, None]
            scale = scale / rates * (self.granularity / self.parts[1].granularity)
        return array_namespace(reads.values).asarray(delivery.course.signs[reads.numbers] * scale, dtype=np.float32)

    def contribution(self, reads: Reads, delivery: Delivery) -> Array:
        """Return what reads add to the buffer, [reads, lines]."""
        return self.worth(reads, delivery) * reads.values
