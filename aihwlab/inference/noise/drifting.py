"""What models of phase-change memory share: noise when devices are programmed, drift by a power law, 1/f noise."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
import torch

from aihwlab.inference.arrays import as_array, new_stream, on_conductances
from aihwlab.inference.converter.conductance import SinglePairConductanceConverter
from aihwlab.inference.noise.base import BaseNoiseModel
from aihwlab.kernel.conductance import ageing
from aihwlab.kernel.conductance.pcm import accumulated_noise
from aihwlab.kernel.conductance.programming import programmed


class DriftingNoiseModel(BaseNoiseModel, ABC):
    """Base of the models of devices that drift by a power law.

        programmed  G_P = max(G_T + s_prog sigma(G_T) xi, 0)
        drifted     G_D = G_P (t / t_0)^-nu,   nu = |mu(G_T) + s(G_T) xi| s_drift,   t = t_inference + t_0
        read        G = max(G_D + s_read sigma_r sqrt(ln((t + t_read) / (2 t_read))) xi, 0)

    with a standard normal `xi` of its own each time; nu is drawn once, when a device is programmed. A subclass says what
    sigma, mu, s and sigma_r are.
    """

    prog_coeff: list[float]
    g_max: float
    t_0: float
    t_read: float
    prog_noise_scale: float
    read_noise_scale: float
    drift_scale: float

    def _fill_in(self) -> None:
        self._fill_in_range(SinglePairConductanceConverter, 'g_max')

    def apply_programming_noise_to_conductance(self, g_target: torch.Tensor) -> torch.Tensor:
        """Return the conductances that devices have after they were programmed to a target, uS."""
        return on_conductances(self._programmed, g_target)

    def generate_drift_coefficients(self, g_target: torch.Tensor) -> torch.Tensor:
        """Return the drift exponent nu of each device, from its target, uS."""
        return on_conductances(self._exponents, g_target)

    def apply_drift_noise_to_conductance(self, g_prog: torch.Tensor, drift_noise_param: torch.Tensor | None,
                                         t_inference: float) -> torch.Tensor:
        """Return the conductances that are read a time after programming, uS.

        Args:
            g_prog: conductances as programmed, uS.
            drift_noise_param: drift exponents nu.
            t_inference: time since programming, s.
        """
        exponents = as_array('drift_noise_param', drift_noise_param)
        return on_conductances(lambda conductance: self._read(conductance, exponents, t_inference), g_prog)

    def _programmed(self, target: np.ndarray) -> np.ndarray:
        return programmed(target, self.prog_noise_scale * self._programming_spread(target / self.g_max), new_stream())

    def _exponents(self, target: np.ndarray) -> np.ndarray:
        return ageing.drift_exponents(*self._drift(target), new_stream()) * self.drift_scale

    def _read(self, conductance: np.ndarray, exponents: np.ndarray, t_inference: float) -> np.ndarray:
        time = t_inference + self.t_0
        drifted = ageing.drifted(conductance, exponents, time, self.t_0)
        grown = self.read_noise_scale * float(accumulated_noise(time, self.t_read))
        return ageing.read(drifted, grown * self._read_spread(conductance, drifted), new_stream())

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from self._range_problems('g_max')
        if not self.prog_coeff:
            yield 'prog_coeff', 'a list of at least one coefficient'
        if self.t_0 < self.t_read:
            yield 't_0', f'at least t_read = {self.t_read}'

    @abstractmethod
    def _programming_spread(self, x: np.ndarray) -> np.ndarray:
        """Return sigma for targets relative to the largest conductance, uS."""

    @abstractmethod
    def _drift(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the drift exponent for targets, uS."""

    @abstractmethod
    def _read_spread(self, conductance: np.ndarray, drifted: np.ndarray) -> np.ndarray:
        """Return sigma_r for conductances as programmed and as drifted, uS."""
