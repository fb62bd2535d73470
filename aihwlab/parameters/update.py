"""Parameters of the pulsed update."""

from collections.abc import Iterator
from dataclasses import dataclass

from aihwlab.parameters.base import Parameters, parameter
from aihwlab.parameters.enums import PulseType


@dataclass
class UpdateParameters(Parameters):
    """How an update, `W <- W - lr d x^T`, becomes pulse trains on the lines of a crossbar.

    Source: T. Gokmen and Y. Vlasov, 2016, doi:10.3389/fnins.2016.00333.
    """

    desired_bl: int = parameter(31, '[1, 1000000]')
    """Length of the pulse trains, or their greatest length with `update_bl_management`, in pulses."""

    fixed_bl: bool = True
    """Keep the length also if the learning rate asks for more pulses."""

    pulse_type: PulseType = PulseType.STOCHASTIC_COMPRESSED
    """How inputs and gradients become pulses; NONE adds the exact update in floating point."""

    res: float = 0
    """Resolution of the pulse probabilities, a fraction or a number of steps; 0 or less means continuous."""

    x_res_implicit: float = 0
    """Resolution of the inputs for the type DETERMINISTIC_IMPLICIT, as `res`."""

    d_res_implicit: float = 0
    """Resolution of the gradients for the type DETERMINISTIC_IMPLICIT, as `res`."""

    d_sparsity: bool = False
    """Record which fraction of the gradients is zero; only False is available."""

    sto_round: bool = False
    """Round stochastically to these resolutions."""

    update_bl_management: bool = True
    """Make the pulse trains only as long as the largest update needs."""

    update_management: bool = True
    """Give inputs and gradients the same largest pulse probability; always done with `update_bl_management`."""

    um_grad_scale: float = parameter(1.0, '(0, inf)')
    """Factor on the largest gradient in both; below 1 large gradients are clipped sooner."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if self.d_sparsity:
            yield 'd_sparsity', 'False: no tile records it'
