"""Parameters of Tiki-Taka with choppers, which turn the sign of gradients and reads from time to time."""

from collections.abc import Iterator
from dataclasses import dataclass

from aihwlab.parameters.base import parameter
from aihwlab.parameters.buffered_transfer import single_pulses
from aihwlab.parameters.transfer import TransferCompound, require_turns
from aihwlab.parameters.update import UpdateParameters


@dataclass
class ChoppedTransferCompound(TransferCompound):
    """Chopped Tiki-Taka version 2 (c-TTv2): the sign of the gradient in the fast array changes from time to time.

    Each slice has a chopper `c = +-1`, and so has each line along which it is read, `c'`. The fast array gets the gradient
    times `c c'`; what is read of it is multiplied by `c c'` again, and added to the buffer. An error of the zero of the fast
    device, such as a symmetry point beside it, has one sign before a chopper has switched and the other one afterwards, and
    averages out. Without choppers, `in_chop_prob = 0`, this is Tiki-Taka version 2 with a scale of its own: the buffer
    counts in `buffer_granularity` steps of the fast device,

        H <- H + c c' transfer_lr lr a / (buffer_granularity g)        n = trunc(H)

    Source: M. Rasch, F. Carta, O. Fagbohungbe, T. Gokmen, Nature Communications 15, 7133, 2024,
    doi:10.1038/s41467-024-51221-z.
    """

    transfer_every: float = parameter(1.0, '(-inf, inf)')
    """Time from one transfer to the next, in batches or in vectors; 0 means no transfer. A negative number is a fraction of
    the time in which the fast devices could step through all of their states: `-transfer_every n_states / n_slices`."""

    transfer_every_vec: list[float] = parameter(factory=list, allowed='(-inf, inf)')
    """The same for each array; the last number has no effect."""

    units_in_mbatch: bool = False
    """Count the time between transfers in batches; otherwise in vectors, of which a convolution has many for each image."""

    scale_fast_lr: bool = False
    """Multiply `fast_lr` by the learning rate of the tile."""

    transfer_update: UpdateParameters = parameter(factory=single_pulses)
    """Pulse trains of the writes; `desired_bl` is also the largest `n`."""

    in_chop_prob: float = parameter(0.1, '[0, 1]')
    """Probability that the chopper of a slice switches after a read of it."""

    in_chop_random: bool = True
    """Switch these choppers at random; otherwise after every `1 / in_chop_prob` reads."""

    out_chop_prob: float = parameter(0.0, '[0, 1]')
    """Probability that the chopper of a line along the slices switches after all slices have been read."""

    buffer_granularity: float = parameter(1.0, '(0, inf)')
    """Threshold of the buffer, in steps of the fast device."""

    auto_granularity: float = parameter(0.0, '[0, inf)')
    """Number of vectors after which the buffer is to reach its threshold: larger matrices, whose slices are read more
    rarely, have lower thresholds, times `auto_granularity / (n_slices |transfer_every|)`. 0 means no such factor."""

    step: float = parameter(1.0, '[0, inf)')
    """Size of a write, in steps of the slow device."""

    momentum: float = parameter(0.0, '[0, 1]')
    """Part of the buffer that is kept after a write."""

    forget_buffer: bool = True
    """Keep this part of the whole buffer; otherwise of what was written only, and all of the rest."""

    no_buffer: bool = False
    """Keep nothing in the buffer from one read to the next."""

    auto_scale: bool = False
    """Set the learning rate of the fast array by the vectors: one whose largest input and gradient are average makes
    `fast_lr desired_bl` pulses where both meet."""

    auto_momentum: float = parameter(0.99, '[0, 1)')
    """Memory of these averages from one batch to the next."""

    correct_gradient_magnitudes: bool = False
    """Divide what is read by the learning rate of the fast array, so that the slow one moves by the gradient, in its own
    steps."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from require_turns(self)
        if len(self.unit_cell_devices) != 2:
            yield 'unit_cell_devices', 'a list of two devices, the fast one first'
        if self.n_reads_per_transfer != 1:
            yield 'n_reads_per_transfer', '1: choppers switch slice by slice'
