"""A model whose noise does not depend on the conductance: where to begin with a device that is hardly measured."""

from dataclasses import dataclass

import numpy as np

from aihwlab.inference.converter.base import BaseConductanceConverter
from aihwlab.inference.noise.drifting import DriftingNoiseModel
from aihwlab.kernel.conductance import pcm, state_independent
from aihwlab.kernel.conductance.programming import polynomial_spread
from aihwlab.parameters.base import parameter


@dataclass
class StateIndependentNoiseModel(DriftingNoiseModel):
    """Devices that are all alike: the same programming noise and the same distribution of drift, whatever the target.

        sigma = c_0 + c_1 x + ...,   nu = |drift_nu_mean + drift_nu_std xi| drift_scale,   sigma_r = x_D,   x = G / g_max

    with sigma and sigma_r in uS: a reading of the largest conductance has noise of 1 uS for each unit of
    `sqrt(ln((t + t_read) / (2 t_read)))`. For the rest see `aihwlab.inference.noise.drifting.DriftingNoiseModel`.

    The numbers are round ones for experiments, not measured ones.
    """

    g_converter: BaseConductanceConverter = parameter(None, filled_in=True)
    """Converter of weights to conductances; by default one with single pairs."""

    g_max: float = parameter(None, '(0, inf)', filled_in=True)
    """Largest conductance, uS; by default that of the converter, 25."""

    prog_coeff: list[float] = parameter(None, filled_in=True)
    """Coefficients c of the programming noise, lowest order first, uS; by default 0.2, whatever the target."""

    prog_noise_scale: float = parameter(1.0, '[0, inf)')
    """Factor on the programming noise."""

    drift_nu_mean: float = parameter(state_independent.EXPONENT)
    """Mean of the drift exponent."""

    drift_nu_std: float = parameter(state_independent.EXPONENT_SPREAD, '[0, inf)')
    """Standard deviation of the drift exponent."""

    drift_scale: float = parameter(1.0, '[0, inf)')
    """Factor on the drift exponents."""

    t_0: float = parameter(pcm.START, '(0, inf)')
    """Time between programming and the first reading, from which `t_inference` counts, s."""

    read_noise_scale: float = parameter(1.0, '[0, inf)')
    """Factor on the read noise."""

    t_read: float = parameter(pcm.READ_TIME, '(0, inf)')
    """How long a reading averages, s."""

    def _fill_in(self) -> None:
        super()._fill_in()
        if self.prog_coeff is None:
            self.prog_coeff = list(state_independent.PROGRAMMING)

    def _programming_spread(self, x: np.ndarray) -> np.ndarray:
        return polynomial_spread(x, self.prog_coeff)

    def _drift(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.full_like(target, self.drift_nu_mean), np.full_like(target, self.drift_nu_std)

    def _read_spread(self, conductance: np.ndarray, drifted: np.ndarray) -> np.ndarray:
        return abs(drifted) / self.g_max
