"""Phase-change memory as measured on the chip HERMES."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aihwlab.exceptions import ConfigError
from aihwlab.inference.converter.base import BaseConductanceConverter
from aihwlab.inference.noise.drifting import DriftingNoiseModel
from aihwlab.kernel.conductance import hermes
from aihwlab.kernel.conductance.programming import polynomial_spread
from aihwlab.parameters.base import parameter


@dataclass
class HermesNoiseModel(DriftingNoiseModel):
    """Phase-change memory of the chip HERMES, with one device or two in parallel for each conductance.

    The curves and their sources are those of `aihwlab.kernel.conductance.hermes`, and what becomes of them is that of
    `aihwlab.inference.noise.drifting.DriftingNoiseModel`. Programming noise is scaled by `g_max / g_ref`. Left out: stuck
    devices, and temperature.
    """

    prog_coeff: list[float] = parameter(None, filled_in=True)
    """Coefficients of the programming noise at `prog_coeff_g_max_reference`, lowest order first, uS."""

    g_converter: BaseConductanceConverter = parameter(None, filled_in=True)
    """Converter of weights to conductances; by default one with single pairs."""

    num_devices: int = 2
    """Devices in parallel for each conductance, 1 or 2."""

    g_max: float = parameter(None, '(0, inf)', filled_in=True)
    """Largest conductance, uS; by default that of the converter, and 10.35 or 20.7 without one, for 1 or 2 devices."""

    t_read: float = parameter(hermes.READ_TIME, '(0, inf)')
    """How long a reading averages, s."""

    t_0: float = parameter(None, '(0, inf)', filled_in=True)
    """Time between programming and the first reading, s; by default 200 or 300, for 1 or 2 devices."""

    prog_noise_scale: float = parameter(1.0, '[0, inf)')
    """Factor on the programming noise."""

    read_noise_scale: float = parameter(1.0, '[0, inf)')
    """Factor on the read noise."""

    drift_scale: float = parameter(1.0, '[0, inf)')
    """Factor on the drift exponents."""

    prog_coeff_g_max_reference: float = parameter(None, '(0, inf)', filled_in=True)
    """g_ref, the largest conductance that `prog_coeff` is for, uS; by default that of the chip, or g_max for your own."""

    def _fill_in(self) -> None:
        if self.num_devices not in hermes.CHIPS:
            raise ConfigError(f'HermesNoiseModel.num_devices = {self.num_devices}: must be 1 or 2')
        chip = hermes.CHIPS[self.num_devices]
        if self.g_max is None and self.g_converter is None:
            self.g_max = chip.g_max
        super()._fill_in()
        if self.t_0 is None:
            self.t_0 = chip.start
        if self.prog_coeff_g_max_reference is None:
            self.prog_coeff_g_max_reference = chip.g_max if self.prog_coeff is None else self.g_max
        if self.prog_coeff is None:
            self.prog_coeff = list(chip.programming)

    def _programming_spread(self, x: np.ndarray) -> np.ndarray:
        return polynomial_spread(x, self.prog_coeff) * (self.g_max / self.prog_coeff_g_max_reference)

    def _drift(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        chip, x = hermes.CHIPS[self.num_devices], abs(target) / self.g_max
        return chip.exponent(x), chip.exponent_spread(x)

    def _read_spread(self, conductance: np.ndarray, drifted: np.ndarray) -> np.ndarray:
        return abs(drifted) * hermes.CHIPS[self.num_devices].noise(abs(conductance) / self.g_max)

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if self.num_devices not in hermes.CHIPS:
            yield 'num_devices', '1 or 2'
        if self.g_max > hermes.CHIPS[self.num_devices].g_max:
            yield 'g_max', f'at most {hermes.CHIPS[self.num_devices].g_max} uS, up to which devices were measured'
