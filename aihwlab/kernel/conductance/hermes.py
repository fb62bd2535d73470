"""Statistics of phase-change memory on the chip HERMES, with one device or two in parallel for each conductance.

All curves are functions of the conductance relative to the largest one, `x = G / g_max`; those of a conductance below a
threshold have the form `clip(a ln x + b, least, largest)`, above it they are polynomials.

Source: M. Le Gallo et al., Nature Electronics 6, 680, 2023, doi:10.1038/s41928-023-01010-1; for the devices R.
Khaddam-Aljameh et al., IEEE Journal of Solid-State Circuits 57, 1027, 2022, doi:10.1109/JSSC.2022.3140414; for two of them
A. Vasilopoulos et al., IEEE Transactions on Electron Devices 70, 6279, 2023, doi:10.1109/TED.2023.3321014.
"""

from collections.abc import Sequence
from typing import NamedTuple

from aihwlab.kernel.conductance.programming import polynomial
from aihwlab.kernel.namespace import Array, array_namespace

READ_TIME = 512e-9
"""How long a reading averages, s."""

SMALLEST = 1e-7
"""Smaller conductances than this count as this, where a logarithm needs one."""


class Curve(NamedTuple):
    """A curve in two parts: `clip(slope ln x + offset, least, largest)` below a threshold, a polynomial from there on.

    Attributes:
        threshold: where the polynomial begins.
        logarithm: slope, offset, least and largest value of the first part.
        coefficients: of the polynomial, lowest order first.
    """

    threshold: float
    logarithm: tuple[float, float, float, float]
    coefficients: Sequence[float]

    def __call__(self, x: Array) -> Array:
        """Return the values at x, conductances relative to the largest one."""
        xp = array_namespace(x)
        slope, offset, least, largest = self.logarithm
        first = xp.clip(slope * xp.log(xp.maximum(x, SMALLEST)) + offset, least, largest)
        return xp.where(x < self.threshold, first, polynomial(x, self.coefficients))


class Chip(NamedTuple):
    """What differs with the number of devices.

    Attributes:
        g_max: largest conductance, uS.
        start: t_0, the time between programming and the first reading, s.
        programming: coefficients of the programming noise, lowest order first, uS.
        exponent, exponent_spread: mean and standard deviation of the drift exponent.
        noise: sqrt(Q) of the 1/f noise, relative to the conductance.
    """

    g_max: float
    start: float
    programming: tuple[float, float, float, float]
    exponent: Curve
    exponent_spread: Curve
    noise: Curve


EXPONENT = Curve(0.0945, (-0.0387, -0.0182, 0.072, 0.13), (0.0736, -0.0126, -0.0436))

CHIPS = {
    1: Chip(g_max=10.35, start=200.0, programming=(0.15781817, 2.32443916, -2.16310839, 0.68841818), exponent=EXPONENT,
            exponent_spread=Curve(0.3039, (-0.0120, -0.0023, 0.0124, 0.04), (0.0104, 0.0116, -0.0165)),
            noise=Curve(0.1591, (-0.0078, 0.0038, 0.0179, 0.04), (0.0088, 0.0768, -0.1352, 0.0664))),
    2: Chip(g_max=20.7, start=300.0, programming=(0.16603222, 4.71806468, -8.48101252, 4.68961419), exponent=EXPONENT,
            exponent_spread=Curve(0.3055, (-0.0117, -0.0057, 0.0091, 0.04), (0.0073, 0.0093, -0.0118)),
            noise=Curve(0.16, (-0.0117, -0.0069, 0.015, 0.04), (0.0123, 0.0211, -0.0280, 0.0069))),
}
"""By the number of devices for each conductance."""
