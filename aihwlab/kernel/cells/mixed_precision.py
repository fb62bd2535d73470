"""Mixed-precision cells: gradients are added up digitally; whole steps of the sum reach the devices by pulses.

Source: S. R. Nandakumar et al., Front. Neurosci. 14, 406, 2020, doi:10.3389/fnins.2020.00406.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.contract import Cells
from aihwlab.kernel.cells.pulsed import PulsedCells
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.patches import as_rows
from aihwlab.kernel.random import MOST_CHILDREN, Purpose, Stream, uniforms
from aihwlab.kernel.update import UNKNOWN, Magnitudes, Vectors, check_vectors, finite_magnitudes
from aihwlab.parameters.mixed_precision import MixedPrecisionCompound
from aihwlab.parameters.update import UpdateParameters

CHI = 'hidden_weights_chi'
"""The name under which `hidden` shows the digital sum of gradients."""

DIGITAL = MOST_CHILDREN - 1
"""Number of the child whose random numbers the digital part takes; no array of the cells is the child of this number."""


class MixedPrecisionCells(Cells):
    """Cells with a digital sum of gradients beside them (`aihwlab.parameters.mixed_precision.MixedPrecisionCompound`).

    Attributes:
        parameters: parameters of the compound.
        analog: the cells that hold the weights.
        chi: the sum of gradients that no pulse has brought to the weights yet, [out, in], float32.
        vectors: number of vectors since the weights were written.
        row: the row at which the next transfer of some rows begins.
    """

    def __init__(self, parameters: MixedPrecisionCompound, analog: PulsedCells, chi: Array) -> None:
        self.parameters, self.analog, self.chi = parameters, analog, chi
        self.vectors, self.row = 0, 0
        self.pulses: UpdateParameters | None = None

    @property
    def weights(self) -> Array:
        """The weights that products see, [out, in]: those of the devices alone."""
        return self.analog.weights

    # The update: digital sums, and transfers to the devices.

    def update(self, x: Vectors, d: Array, learning_rate: float, update: UpdateParameters, stream: Stream,
               engine: Engine, largest: Magnitudes = UNKNOWN) -> None:
        """Add `learning_rate d x^T` of all vectors to the sum, and let a transfer follow if it is time for one."""
        check_vectors(self.weights.shape, x, d, learning_rate)
        if learning_rate == 0:
            return
        stages, own, p = engine.stages(d), stream.child(DIGITAL), self.parameters
        x = stages.gather(x)
        finite_magnitudes(x, d, stages, largest)
        inputs = quantized(as_rows(x), p.n_x_bins, p.stoc_round_x, own, Purpose.INPUT_PULSE_ROUNDING)
        gradients = quantized(as_rows(d), p.n_d_bins, p.stoc_round_d, own, Purpose.GRADIENT_PULSE_ROUNDING)
        count = len(inputs)
        before = vectors_before_transfer(self.vectors, count, p.transfer_every)
        self.add(inputs[:before], gradients[:before], learning_rate, engine)
        if before <= count:
            self.transfer(update, stream, engine)
            self.add(inputs[before:], gradients[before:], learning_rate, engine)
        self.vectors += count

    def add(self, x: Array, d: Array, learning_rate: float, engine: Engine) -> None:
        """Add the gradients of some vectors to the sum: inputs [vectors, in], gradients [vectors, out]."""
        if len(x):
            self.chi += np.float32(learning_rate) * engine.multiply(d.T, x[None])[0]
            if engine.counts is not None:
                engine.counts.digital += len(x) * self.chi.size

    def transfer(self, update: UpdateParameters, stream: Stream, engine: Engine) -> None:
        """Give whole steps of the sum to the devices, one pulsed update for each row."""
        xp, (out_size, _) = array_namespace(self.chi), self.chi.shape
        rows = self.next_rows(stream.child(DIGITAL), xp)
        granularity = self.parameters.granularity or self.analog.granularity
        eps = np.float32(granularity)
        steps = xp.trunc(self.chi[rows] / eps)
        if engine.counts is not None:
            engine.counts.digital += steps.size
        self.chi[rows] -= steps * eps
        chosen = xp.eye(out_size, dtype=np.float32)[rows]
        self.analog.update(steps[:, :, None], chosen[:, :, None], granularity * self.parameters.transfer_lr,
                           self.managed(update), stream, engine)

    def next_rows(self, stream: Stream, xp: Any) -> Array:
        """Return the rows of this transfer, and go on to those of the next."""
        out_size = len(self.chi)
        count = self.parameters.n_rows_per_transfer
        if not 0 < count < out_size:
            return xp.arange(out_size)
        if self.parameters.random_row:
            self.row = int(out_size * float(uniforms(stream, Purpose.SELECTION, 1)[0]))
        rows = (self.row + xp.arange(count)) % out_size
        self.row = (self.row + count) % out_size
        return rows

    def managed(self, update: UpdateParameters) -> UpdateParameters:
        """Return the parameters of an update with both kinds of management: the same object as long as nothing changes."""
        if update.update_management and update.update_bl_management:
            return update
        wanted = {**vars(update), 'update_management': True, 'update_bl_management': True}
        if self.pulses is None or vars(self.pulses) != wanted:
            self.pulses = type(update)(**wanted)
        return self.pulses

    # What else happens to the weights; the sum is digital and stays as it is.

    def write(self, weights: Array, stream: Stream) -> None:
        """Set the weights, forget the sum of gradients, and begin to count anew."""
        self.analog.write(weights, stream)
        self.chi[...] = 0
        self.vectors = self.row = 0

    def diffuse(self, stream: Stream) -> None:
        """Let the weights diffuse by one training step."""
        self.analog.diffuse(stream)

    def decay(self, stream: Stream, alpha: float = 1.0) -> None:
        """Let the weights decay by one training step."""
        self.analog.decay(stream, alpha)

    def drift(self, stream: Stream, delta_t: float) -> None:
        """Let the weights drift for a time."""
        self.analog.drift(stream, delta_t)

    def reset(self, stream: Stream, start: int, count: int, probability: float) -> None:
        """Reset the devices of some columns."""
        self.analog.reset(stream, start, count, probability)

    @property
    def ages(self) -> tuple[bool, bool]:
        """Whether the weights diffuse, and whether they decay."""
        return self.analog.ages

    # What is hidden, and what is saved.

    def hidden(self) -> dict[str, Array]:
        """Return what is hidden in the devices, and the sum of gradients as 'hidden_weights_chi', [out, in]."""
        return {**self.analog.hidden(), CHI: self.chi}

    def set_hidden(self, hidden: Mapping[str, Array]) -> None:
        """Set what `hidden` returns; names that are left out keep their values."""
        others = dict(hidden)
        chi = self.checked_chi(others.pop(CHI, self.chi))
        self.analog.set_hidden(others)
        self.chi[...] = chi

    def checked_chi(self, chi: Array) -> Array:
        """Return a sum of gradients; raise a ValueError if it does not fit."""
        xp = array_namespace(self.chi)
        chi = xp.asarray(chi, dtype=np.float32)
        if chi.shape != self.chi.shape:
            raise ValueError(f'{CHI} has the shape {chi.shape}: must be {self.chi.shape}')
        if not xp.isfinite(chi).all():
            raise ValueError(f'{CHI} contains NaN or infinite values: must be numbers')
        return chi

    def state(self) -> dict[str, Any]:
        """Return what changes or was drawn, beside the weights."""
        return {'analog': self.analog.state(), 'chi': self.chi, 'vectors': self.vectors, 'row': self.row}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned."""
        chi, vectors, row = self.checked_chi(state['chi']), state['vectors'], state['row']
        self.analog.load(state['analog'])
        self.chi[...] = chi
        self.vectors, self.row = vectors, row

    def map(self, function: Callable[[Array], Array]) -> 'MixedPrecisionCells':
        """Return cells whose arrays are those of these after a function."""
        analog: Any = self.analog.map(function)
        cells = MixedPrecisionCells(self.parameters, analog, function(self.chi))
        cells.vectors, cells.row = self.vectors, self.row
        return cells


def vectors_before_transfer(done: int, count: int, transfer_every: int) -> int:
    """Return how many vectors of a batch are added to the sum before its transfer; more than `count` if it has none.

    A transfer comes after a vector if the number of vectors before that one is a multiple of the period, `transfer_every`
    batches of this size, but not zero. So a batch has one at most.

    Args:
        done: number of vectors before this batch.
        count: number of vectors of this batch.
        transfer_every: number of batches from one transfer to the next.
    """
    period = transfer_every * max(count, 1)
    return 1 + (-done % period if done else period)


def quantized(values: Array, bins: int, stochastic: bool, stream: Stream, purpose: Purpose) -> Array:
    """Round each vector to `bins` levels between minus and plus its largest magnitude; 0 keeps it as it is.

    With `h = floor(bins / 2)` and the step `w = max |v| / h`: `Q(v) = w clip(rint(v / w), -h, h)`, or stochastically
    `rint(v / w + u - 0.5)` with `u` uniform.

    Args:
        values: [vectors, lines].
        bins: number of levels; an even one has the same levels as the odd one above it.
        stochastic: round stochastically.
        stream, purpose: of the random numbers.
    """
    if bins == 0:
        return values
    xp, half = array_namespace(values), bins // 2
    width = xp.abs(values).max(axis=1, keepdims=True) / np.float32(half)
    steps = values / xp.where(width > 0, width, np.float32(1))
    if stochastic:
        steps = steps + (uniforms(stream, purpose, values.size, xp=xp).reshape(values.shape) - np.float32(0.5))
    return xp.clip(xp.rint(steps), -half, half) * width
