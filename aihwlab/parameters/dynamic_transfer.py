"""Parameters of Tiki-Taka whose zero is measured while it learns."""

from collections.abc import Iterator
from dataclasses import dataclass

from aihwlab.parameters.base import parameter
from aihwlab.parameters.chopped_transfer import ChoppedTransferCompound


@dataclass
class DynamicTransferCompound(ChoppedTransferCompound):
    """Analog gradient accumulation with dynamic reference (AGAD): reads count from a mean over the last chopper period.

    A running mean of what is read of each fast device is taken for its zero when the chopper switches:

        H <- H + c c' transfer_lr lr (a - P) / (buffer_granularity g)        M <- (1 - mu) M + mu a        P <- M at a switch

    with `mu = tail_weightening / N`, at most 1, and the period `N = ceil(1 / in_chop_prob)` of the choppers, at least 2. So
    the symmetry point of the fast device need not be known. The slow device is first written to in the second period.

    Source: M. Rasch, F. Carta, O. Fagbohungbe, T. Gokmen, Nature Communications 15, 7133, 2024,
    doi:10.1038/s41467-024-51221-z.
    """

    in_chop_prob: float = 0.1
    """Inverse of the period of the choppers; also the probability of further switches with `in_chop_random`."""

    in_chop_random: bool = False
    """Switch choppers at random, too, beside the end of each period."""

    experimental_correct_accumulation: bool = False
    """Divide what is read by the number of reads since the last switch, at most the inverse step of the fast device."""

    buffer_cap: float = parameter(0.0, '[0, inf)')
    """Largest magnitude of the buffer after a write, in multiples of `transfer_update.desired_bl`, with
    `forget_buffer=False`; 0 means no limit."""

    tail_weightening: float = parameter(5.0, '(0, inf)')
    """Weight of the last reads of a period in the mean."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if self.in_chop_prob == 0:
            yield 'in_chop_prob', 'above 0: the reference is taken when a chopper switches'
        if self.out_chop_prob > 0:
            yield 'out_chop_prob', '0: each slice has a reference for one sign of all its lines'
