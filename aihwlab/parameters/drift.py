"""Parameters of drift."""

from dataclasses import dataclass

from aihwlab.parameters.base import Parameters, parameter


class Drift(Parameters):
    """Base of all parameters of drift: what the kernel reads, where a class has no field for it."""

    nu_dtod: float = 0.0
    nu_std: float = 0.0
    wg_ratio: float = 1.0
    g_offset: float = 0.0
    w_offset: float = 0.0
    nu_k: float = 0.0
    log_g0: float = 0.0
    w_noise_std: float = 0.0


@dataclass
class SimpleDriftParameter(Drift):
    """Drift of a training device by a power law, `w(t) = w_0 (t / t_0)^-nu`."""

    nu: float = 0.0
    """Exponent; 0 means no drift."""

    t_0: float = parameter(1.0, '(0, inf)')
    """Reference time, in the unit of time that the tile is told."""

    reset_tol: float = parameter(1e-7, '[0, inf)')
    """Change of a weight that starts its drift anew, in units of the weight."""


@dataclass
class DriftParameter(SimpleDriftParameter):
    """Drift of a conductance, with spread of the exponent and its dependence on the conductance.

    `nu = nu_dev (1 + nu_std xi) - nu_k (ln((w - w_offset) / wg_ratio + g_offset) - log_g0)`, where `nu_dev` is drawn
    once for each device.

    Source: S. Oh et al., 2019, doi:10.1109/LED.2019.2925832.
    """

    nu_dtod: float = parameter(0.0, '[0, inf)')
    """Spread of the exponent from device to device, relative to it."""

    nu_std: float = parameter(0.0, '[0, inf)')
    """Spread of the exponent from one drift step to another, relative to it."""

    wg_ratio: float = parameter(1.0, '(0, inf)')
    """Weight of one unit of conductance."""

    g_offset: float = 0.0
    """Conductance at the weight `w_offset`."""

    w_offset: float = 0.0
    """Weight at the conductance `g_offset`."""

    nu_k: float = 0.0
    """Change of the exponent with the logarithm of the conductance."""

    log_g0: float = 0.0
    """Logarithm of the conductance that has the exponent `nu`."""

    w_noise_std: float = parameter(0.0, '[0, inf)')
    """Standard deviation of the noise after each drift step, in units of the weight."""
