"""Resistive memory (ReRAM) that was programmed with write-and-verify, and relaxes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from aihwlab.exceptions import ArgumentError
from aihwlab.inference.arrays import new_stream, on_conductances
from aihwlab.inference.converter.base import BaseConductanceConverter
from aihwlab.inference.converter.conductance import SingleDeviceConductanceConverter, SinglePairConductanceConverter
from aihwlab.inference.noise.base import BaseNoiseModel
from aihwlab.kernel.conductance import ageing, cmo, wan2022
from aihwlab.kernel.conductance.programming import polynomial_spread, programmed
from aihwlab.parameters.base import parameter


@dataclass
class ReRamWan2022NoiseModel(BaseNoiseModel):
    """ReRAM as measured 1 s, one day and two days after programming: how far conductances are off their targets.

        G = max(G_T + s sigma_t(G_T) xi, 0),   sigma_t = (c_0 + c_1 x + ... + c_4 x^4) g_max / g_ref,   x = G_T / g_max

    Only the spread at these times was measured, so `t_inference` has to be one of them, or 0 for what was just programmed; and
    each time has a sample of its own around the target, independent of what was programmed. Noise of a single reading is in
    these spreads; that of a product is about 1 % of the largest weight in addition (`forward.w_noise` of a configuration).

    Source: W. Wan et al., 2022, doi:10.1038/s41586-022-04992-8.
    """

    coeff_dic: dict[float, list[float]] = parameter(None, filled_in=True)
    """Coefficients c at `coeff_g_max_reference`, lowest order first, uS, by the time since programming, s."""

    g_converter: BaseConductanceConverter = parameter(None, filled_in=True)
    """Converter of weights to conductances; by default one with single pairs."""

    g_max: float = parameter(None, '(0, inf)', filled_in=True)
    """Largest conductance, uS; by default that of the converter, 25."""

    noise_scale: float = parameter(1.0, '[0, inf)')
    """Factor s on the noise."""

    coeff_g_max_reference: float = parameter(None, '(0, inf)', filled_in=True)
    """g_ref, the largest conductance that `coeff_dic` is for, uS; by default 40, or g_max for coefficients of your own.

    aihwkit takes g_max for it in any case, so that for its 25 uS the noise is 1.6 times too large.
    """

    def apply_programming_noise_to_conductance(self, g_target: torch.Tensor) -> torch.Tensor:
        """Return the conductances that devices have just after they were programmed, at the first time, uS."""
        return on_conductances(lambda target: self._sample(target, min(self.coeff_dic)), g_target)

    def generate_drift_coefficients(self, g_target: torch.Tensor) -> torch.Tensor:
        """Return the targets, around which the conductances at later times are drawn, uS."""
        return g_target.clone()

    def apply_drift_noise_to_conductance(self, g_prog: torch.Tensor, drift_noise_param: torch.Tensor | None,
                                         t_inference: float) -> torch.Tensor:
        """Return the conductances that are read a time after programming, uS.

        Args:
            g_prog: conductances as programmed, uS, which are read at time 0.
            drift_noise_param: their targets, uS.
            t_inference: time since programming, 0 or one at which the noise was measured, s.

        Raises:
            ArgumentError: for another time, with those that are known.
        """
        if t_inference == 0:
            return g_prog
        if t_inference not in self.coeff_dic:
            known = ', '.join(f'{time:g}' for time in sorted(self.coeff_dic))
            raise ArgumentError(f't_inference = {t_inference}: must be 0 or among {known}, the times (s) of the measurements')
        targets: Any = drift_noise_param
        return on_conductances(lambda target: self._sample(target, t_inference), targets)

    def _sample(self, target: np.ndarray, time: float) -> np.ndarray:
        spread = polynomial_spread(target / self.g_max, self.coeff_dic[time]) * (self.g_max / self.coeff_g_max_reference)
        return programmed(target, self.noise_scale * spread, new_stream())

    def _fill_in(self) -> None:
        self._fill_in_range(SinglePairConductanceConverter, 'g_max')
        if self.coeff_g_max_reference is None:
            self.coeff_g_max_reference = wan2022.G_MAX if self.coeff_dic is None else self.g_max
        if self.coeff_dic is None:
            self.coeff_dic = {time: list(coefficients) for time, coefficients in wan2022.PROGRAMMING.items()}

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from self._range_problems('g_max')
        if not is_table(self.coeff_dic):
            yield 'coeff_dic', 'finite coefficients, uS, at least one for each of the times above 0, s'


@dataclass
class ReRamCMONoiseModel(BaseNoiseModel):
    """ReRAM of a conductive metal oxide on HfOx, one device for each weight.

        programmed  G_P = max(G_T + s_prog (c_0 + c_1 G_T) xi, 0)
        relaxed     G_D = G_P + s_drift (m_0 L + (s_0 L + s_1) xi),   L = ln(max(t, 1 s))
        read        G = clip(G_D + s_read K log10(max(G_D, 1 uS)) sqrt(ln((t + t_read) / (2 t_read))) xi, g_min, g_max)

    At `t_inference = 0`, conductances are as programmed. The relaxation, too, is drawn for each time anew.

    Source: `aihwlab.kernel.conductance.cmo`.
    """

    coeff_dict: dict[float, list[float]] = parameter(None, filled_in=True)
    """Coefficients c_0 (uS) and c_1 of the programming noise by the acceptance range, percent."""

    g_max: float = parameter(None, '(0, inf)', filled_in=True)
    """Largest conductance, uS; by default that of the converter, 88.2."""

    g_min: float = parameter(None, '[0, inf)', filled_in=True)
    """Least conductance, uS; by default that of the converter, 9."""

    prog_noise_scale: float = parameter(1.0, '[0, inf)')
    """Factor s_prog on the programming noise."""

    read_noise_scale: float = parameter(1.0, '[0, inf)')
    """Factor s_read on the read noise."""

    drift_scale: float = parameter(1.0, '[0, inf)')
    """Factor s_drift on the relaxation, its mean and its spread."""

    decay_dict: dict[str, list[float]] = parameter(None, filled_in=True)
    """Relaxation: `mean`, a list of m_0, and `std`, a list of s_0 and s_1, uS."""

    read_dict: dict[str, float] = parameter(None, filled_in=True)
    """Read noise: `K`, uS, and `t_read`, how long a reading averages, s."""

    acceptance_range: float = 0.2
    """How near its target a device is programmed, percent of the target; one of the keys of `coeff_dict`, 0.2 or 2.

    In aihwkit, the default 0.02 is no key, and means 0.2.
    """

    g_converter: BaseConductanceConverter = parameter(None, filled_in=True)
    """Converter of weights to conductances; by default one with a single device for each weight."""

    def apply_programming_noise_to_conductance(self, g_target: torch.Tensor) -> torch.Tensor:
        """Return the conductances that devices have after they were programmed to a target, uS."""
        offset, slope = self.coeff_dict[self.acceptance_range]
        return on_conductances(
            lambda target: programmed(target, self.prog_noise_scale * (offset + slope * target), new_stream()), g_target)

    def apply_drift_noise_to_conductance(self, g_prog: torch.Tensor, drift_noise_param: torch.Tensor | None,
                                         t_inference: float) -> torch.Tensor:
        """Return the conductances that are read a time after programming, uS.

        Args:
            g_prog: conductances as programmed, uS.
            drift_noise_param: not used; nothing of the relaxation is decided when a device is programmed.
            t_inference: time since programming, s; at 0 they are as programmed.
        """
        return g_prog if t_inference == 0 else on_conductances(lambda g: self._read(g, t_inference), g_prog)

    def _read(self, conductance: np.ndarray, time: float) -> np.ndarray:
        mean, spread = ([self.drift_scale * value for value in self.decay_dict[name]] for name in ('mean', 'std'))
        relaxed = cmo.relaxed(conductance, time, mean, spread, new_stream())
        noise = self.read_noise_scale * cmo.read_spread(relaxed, time, self.read_dict['K'], self.read_dict['t_read'])
        return np.clip(ageing.read(relaxed, noise, new_stream()), self.g_min, self.g_max)

    def _fill_in(self) -> None:
        self._fill_in_range(SingleDeviceConductanceConverter, 'g_max', 'g_min')
        if self.coeff_dict is None:
            self.coeff_dict = {percent: list(coefficients) for percent, coefficients in cmo.PROGRAMMING.items()}
        if self.decay_dict is None:
            self.decay_dict = {'mean': list(cmo.RELAXATION), 'std': list(cmo.RELAXATION_SPREAD)}
        if self.read_dict is None:
            self.read_dict = {'K': cmo.NOISE, 't_read': cmo.READ_TIME}

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from self._range_problems('g_max', 'g_min')
        if not is_table(self.coeff_dict, 2):
            yield 'coeff_dict', 'two finite coefficients for each of the acceptance ranges above 0, percent'
        if self.acceptance_range not in self.coeff_dict:
            yield 'acceptance_range', f'among the keys of coeff_dict, {", ".join(map(str, self.coeff_dict))}'
        if {name: np.isfinite(numbers).sum() for name, numbers in self.decay_dict.items()} != {'mean': 1, 'std': 2}:
            yield 'decay_dict', 'one finite number for mean, and two for std'
        if sorted(self.read_dict) != ['K', 't_read'] or not all(0 < value < np.inf for value in self.read_dict.values()):
            yield 'read_dict', 'finite numbers above 0 for K and t_read'


def is_table(table: dict[float, list[float]], length: int = 0) -> bool:
    """Return whether a table has keys above 0, and for each so many finite numbers, or at least one."""
    return bool(table) and all(
        0 < key < np.inf and np.isfinite(numbers).all() and len(numbers) == (length or max(len(numbers), 1))
        for key, numbers in table.items())
