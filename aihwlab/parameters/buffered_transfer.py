"""Parameters of Tiki-Taka with a digital buffer between the arrays."""

from collections.abc import Iterator
from dataclasses import dataclass

from aihwlab.parameters.base import parameter
from aihwlab.parameters.transfer import TransferCompound, require_turns
from aihwlab.parameters.update import UpdateParameters


def single_pulses() -> UpdateParameters:
    """Return pulse trains of one slot without management: each number that is not zero becomes a pulse."""
    return UpdateParameters(desired_bl=1, update_bl_management=False, update_management=False)


@dataclass
class BufferedTransferCompound(TransferCompound):
    """Tiki-Taka version 2: what is read is collected in a digital buffer, and written once it is worth a step.

    With the granularity `g` of the slow device, its threshold `theta = thres_scale g`, and the buffer `H` of a slice:

        H <- H + transfer_lr lr a        n = trunc(H / theta)

    Where `n` is not zero, the slow device gets a pulse and the buffer is emptied but for a part, `momentum`. The buffer
    averages over the noise of reads and writes.

    Source: T. Gokmen, Frontiers in Artificial Intelligence 4, 699148, 2021, doi:10.3389/frai.2021.699148.
    """

    transfer_update: UpdateParameters = parameter(factory=single_pulses)
    """Pulse trains of the writes; `desired_bl` is also the largest `n`."""

    thres_scale: float = parameter(1.0, '(0, inf)')
    """Threshold of the buffer, in steps of the slow device."""

    step: float = parameter(1.0, '[0, inf)')
    """Size of a write, in steps of the slow device."""

    momentum: float = parameter(0.1, '[0, 1]')
    """Part of the buffer that is kept after a write."""

    forget_buffer: bool = True
    """Keep this part of the whole buffer; otherwise of what was written only, and all of the rest."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from require_turns(self)
