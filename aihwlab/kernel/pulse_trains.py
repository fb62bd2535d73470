"""Pulse trains: how likely a pulse is, and when the lines of inputs and gradients fire.

Source: T. Gokmen and Y. Vlasov, Front. Neurosci. 10, 333, 2016, doi:10.3389/fnins.2016.00333.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.patches import Patches, as_rows
from aihwlab.kernel.pulse_plan import PulsePlan
from aihwlab.kernel.random import Purpose, Stream, half_words, uniforms, words_at
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters

STOCHASTIC = (PulseType.STOCHASTIC_COMPRESSED, PulseType.STOCHASTIC)
DETERMINISTIC = (PulseType.MEAN_COUNT, PulseType.DETERMINISTIC_IMPLICIT)

DRAWS_PER_WORD = 64
BELOW_ONE = np.float32(1 - 2.0 ** -24)


@dataclass(frozen=True)
class Trains(ABC):
    """The pulse trains of some vectors, one vector after the other.

    Attributes:
        vector: the vector that each time slot belongs to, [slots].
        first_slot: number of the first of these slots in the whole update, by which the noise of steps is found.
        first_vector: number of the first of these vectors in the whole update.
        inputs, gradients: what the lines send; see the two kinds of trains below.
        input_positive, gradient_positive: whether the value of each line is positive, [vectors, lines]. Signs that are
            equal make pulses down.
    """

    vector: Array
    first_slot: int
    first_vector: int
    inputs: Array
    gradients: Array
    input_positive: Array
    gradient_positive: Array

    @property
    def slots(self) -> int:
        """Number of slots."""
        return len(self.vector)

    @property
    def vectors(self) -> int:
        """Number of vectors."""
        return len(self.input_positive)

    def with_signs(self, input_signs: Array, gradient_signs: Array) -> 'Trains':
        """Return the same pulses with the signs of some lines changed.

        Args:
            input_signs, gradient_signs: +1 or -1 for each line, [in] and [out].
        """
        return replace(self, input_positive=self.input_positive ^ (input_signs < 0),
                       gradient_positive=self.gradient_positive ^ (gradient_signs < 0))

    def of_vectors(self, first: int, last: int) -> 'Trains':
        """Return the trains of the vectors `first` to `last - 1`; slots keep their numbers, and so steps their noise."""
        start, stop = (int((self.vector < number).sum()) for number in (first, last))
        return self.part(slice(first, last), slice(start, stop))

    @abstractmethod
    def part(self, vectors: slice, slots: slice) -> 'Trains':
        """Return the trains of some vectors and their slots."""

    @abstractmethod
    def only(self, chosen: Array) -> 'Trains':
        """Return the trains with pulses of the vectors that are chosen, bool, [vectors], alone; all keep their slots."""

    @abstractmethod
    def of_signs(self, input_positive: bool, gradient_positive: bool) -> 'Trains':
        """Return the trains with pulses of those lines alone whose values have these signs, where there are others."""

    @abstractmethod
    def meet(self, slot: int) -> Array:
        """Return whether an input pulse and a gradient pulse meet at each crosspoint in a slot, bool, [out, in]."""

    @abstractmethod
    def sent(self) -> tuple[int, int]:
        """Return the number of pulses on all lines of inputs, and on all lines of gradients."""


@dataclass(frozen=True)
class StochasticTrains(Trains):
    """Trains whose pulses were drawn: `inputs` and `gradients` say whether each line fires, bool, [slots, lines]."""

    def part(self, vectors: slice, slots: slice) -> 'StochasticTrains':
        return StochasticTrains(self.vector[slots] - vectors.start, self.first_slot + slots.start,
                                self.first_vector + vectors.start, self.inputs[slots], self.gradients[slots],
                                self.input_positive[vectors], self.gradient_positive[vectors])

    def only(self, chosen: Array) -> 'StochasticTrains':
        return replace(self, gradients=self.gradients & chosen[self.vector][:, None])

    def of_signs(self, input_positive: bool, gradient_positive: bool) -> 'StochasticTrains':
        return replace(self, inputs=self.inputs & (self.input_positive == input_positive)[self.vector],
                       gradients=self.gradients & (self.gradient_positive == gradient_positive)[self.vector])

    def meet(self, slot: int) -> Array:
        return self.gradients[slot][:, None] & self.inputs[slot]

    def sent(self) -> tuple[int, int]:
        return int(self.inputs.sum()), int(self.gradients.sum())


@dataclass(frozen=True)
class CountedTrains(Trains):
    """Trains whose number of coincidences was computed: at every crosspoint they fill the first slots of a vector.

    `inputs` and `gradients` are the probabilities of the lines, [vectors, lines].

    Attributes:
        length: number of slots of each vector, [vectors].
        pulse_type: MEAN_COUNT or DETERMINISTIC_IMPLICIT.
    """

    length: Array
    pulse_type: PulseType

    def part(self, vectors: slice, slots: slice) -> 'CountedTrains':
        return CountedTrains(self.vector[slots] - vectors.start, self.first_slot + slots.start,
                             self.first_vector + vectors.start, self.inputs[vectors], self.gradients[vectors],
                             self.input_positive[vectors], self.gradient_positive[vectors], self.length[vectors],
                             self.pulse_type)

    def only(self, chosen: Array) -> 'CountedTrains':
        return replace(self, gradients=self.gradients * chosen[:, None])

    def of_signs(self, input_positive: bool, gradient_positive: bool) -> 'CountedTrains':
        return replace(self, inputs=self.inputs * (self.input_positive == input_positive),
                       gradients=self.gradients * (self.gradient_positive == gradient_positive))

    def meet(self, slot: int) -> Array:
        vector = int(self.vector[slot])
        before = int(self.length[:vector].sum())
        return pulse_counts(self.inputs[vector], self.gradients[vector], self.length[vector], self.pulse_type) > slot - before

    def sent(self) -> tuple[int, int]:
        return pulses_of_lines(self.inputs, self.length), pulses_of_lines(self.gradients, self.length)


def draw_trains(x: Array | Patches, d: Array | Patches, plan: PulsePlan, update: UpdateParameters,
                stream: Stream, complete: bool = True) -> Trains:
    """Draw the pulse trains of all vectors of an update.

    Draws of inputs are numbered slot by slot, those of gradients line by line. So inputs need not be drawn for slots in
    which nothing can happen.

    Args:
        x: inputs, [batch, in, positions], or patches.
        d: gradients, [batch, out, positions].
        plan: length and scale of the trains (`aihwlab.kernel.pulse_plan.plan_pulses`).
        update: update parameters.
        stream: random numbers of this operation.
        complete: whether inputs send pulses in slots in which no gradient line fires. Leaving them out changes no weight.
    """
    x, d = as_rows(x), as_rows(d)
    xp = array_namespace(x)
    ends = xp.cumsum(plan.length)
    vector = xp.searchsorted(ends, xp.arange(int(ends[-1]) if len(x) else 0), side='right')  # CuPy repeats nothing by an array
    input_probability = input_probabilities(x, plan, update, stream)
    gradient_probability = gradient_probabilities(d, plan, update, stream)
    signs = x > 0, d > 0
    if update.pulse_type in STOCHASTIC:
        inputs = fire(input_probability[vector], stream, Purpose.INPUT_PULSES)
        gradients = fire(gradient_probability.T[:, vector], stream, Purpose.GRADIENT_PULSES).T
        if not complete:
            inputs &= gradients.any(axis=1, keepdims=True)
        return StochasticTrains(vector, 0, 0, inputs, gradients, *signs)
    return CountedTrains(vector, 0, 0, input_probability, gradient_probability, *signs, plan.length, update.pulse_type)


def input_probabilities(x: Array, plan: PulsePlan, update: UpdateParameters, stream: Stream) -> Array:
    """Return the pulse probability of every input line of every vector, [vectors, in]."""
    resolution = update.x_res_implicit if update.pulse_type is PulseType.DETERMINISTIC_IMPLICIT else update.res
    return probabilities(x, plan.input_factor, resolution, update.sto_round, stream, Purpose.INPUT_PULSE_ROUNDING)


def gradient_probabilities(d: Array, plan: PulsePlan, update: UpdateParameters, stream: Stream) -> Array:
    """Return the pulse probability of every gradient line of every vector, [vectors, out]."""
    resolution = update.d_res_implicit if update.pulse_type is PulseType.DETERMINISTIC_IMPLICIT else update.res
    return probabilities(d, plan.gradient_factor, resolution, update.sto_round, stream, Purpose.GRADIENT_PULSE_ROUNDING)


def probabilities(values: Array, factor: Array, resolution: float, stochastic: bool, stream: Stream,
                  purpose: Purpose) -> Array:
    """Return the pulse probability of every line: `q(|v| factor)`, rounded to multiples of `resolution` if positive.

    A resolution above 1 is a number of steps and means its inverse, as for the converters.

    Args:
        values: [vectors, lines].
        factor: [vectors].
    """
    xp = array_namespace(values)
    probability = xp.abs(values) * factor[:, None]
    width, inverse_width = probability_step(resolution)
    if width == 0:
        return probability
    steps = probability * inverse_width
    if stochastic:
        draws = uniforms(stream, purpose, values.size, xp=xp).reshape(values.shape)
        steps = steps + (draws - np.float32(0.5))
    return xp.rint(steps) * width


def probability_step(resolution: float) -> tuple[np.float32, np.float32]:
    """Return the width of the steps of a probability and its inverse, both 0 without rounding."""
    if resolution <= 0:
        return np.float32(0), np.float32(0)
    width = 1 / resolution if resolution > 1 else resolution
    return np.float32(width), np.float32(1 / width)


def fire(probability: Array, stream: Stream, purpose: Purpose) -> Array:
    """Draw which of many pulses are sent, bool, of the shape of `probability`, [rows, n].

    A pulse is sent where a uniform number of 31 bits is below its probability. Its upper 16 bits are drawn first, and in
    most cases decide; the lower 15 are drawn, in the next series, where they are equal to those of the probability. Every
    row has a whole number of chunks of 64 draws.
    """
    xp = array_namespace(probability)
    rows, count = probability.shape
    padded = -(-count // DRAWS_PER_WORD) * DRAWS_PER_WORD
    upper = half_words(stream, purpose, rows * padded, xp=xp).reshape(rows, padded)[:, :count].astype(np.int32)
    threshold, lower_threshold = thresholds(probability, xp)
    sent = upper < threshold
    row, column = xp.nonzero(upper == threshold)
    lower = words_at(stream, purpose, row * padded + column, series=1, xp=xp) >> np.uint32(17)
    sent[row, column] = lower.astype(np.int32) < lower_threshold[row, column]
    return sent


def thresholds(probability: Array, xp: ModuleType = np) -> tuple[Array, Array]:
    """Return the upper 16 and the lower 15 bits of `2**31 p`, int32: numbers below it send a pulse.

    A probability of 1 or more, whose bits would be one too many, has a number above all 15 bits in the lower part.
    """
    number = (xp.minimum(probability, BELOW_ONE) * np.float32(2.0 ** 31)).astype(np.int32)
    certain = probability >= 1
    upper = xp.where(certain, np.int32(2 ** 16 - 1), number >> np.int32(15))
    return upper, xp.where(certain, np.int32(2 ** 15), number & np.int32(2 ** 15 - 1))


def pulses_of_lines(probability: Array, length: Array) -> int:
    """Return how many pulses all lines send for deterministic pulse types, `min(rint(BL p), BL)` each.

    Args:
        probability: [vectors, lines].
        length: number of slots, [vectors].
    """
    xp, slots = array_namespace(probability), length[:, None].astype(np.float32)
    return int(xp.minimum(xp.rint(slots * probability), slots).sum(dtype=np.float64))


def pulse_counts(input_probability: Array, gradient_probability: Array, length: Any, pulse_type: PulseType) -> Array:
    """Return the number of pulses at every crosspoint for one vector of a deterministic pulse type, int64, [out, in].

    MEAN_COUNT: `rint(n_i n_j / BL)` with the counts `n = min(rint(BL p), BL)` of the lines.
    DETERMINISTIC_IMPLICIT: `rint(BL p_i p_j)`, probabilities limited to 1.
    """
    xp = array_namespace(input_probability)
    length = np.float32(length)
    if pulse_type is PulseType.MEAN_COUNT:
        inputs = xp.minimum(xp.rint(length * input_probability), length)
        gradients = xp.minimum(xp.rint(length * gradient_probability), length)
        return xp.rint(gradients[:, None] * inputs / length).astype(np.int64)
    inputs = xp.minimum(input_probability, np.float32(1))
    gradients = xp.minimum(gradient_probability, np.float32(1))
    return xp.rint(length * gradients[:, None] * inputs).astype(np.int64)
