"""Phase-change memory that was programmed with write-and-verify, as measured on a chip with a million cells."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aihwlab.inference.converter.base import BaseConductanceConverter
from aihwlab.inference.model import Model
from aihwlab.inference.noise.drifting import DriftingNoiseModel
from aihwlab.kernel.conductance import custom_drift, pcm
from aihwlab.kernel.conductance.programming import polynomial_spread
from aihwlab.parameters.base import parameter


@dataclass
class PCMLikeNoiseModel(DriftingNoiseModel):
    """Phase-change memory: programming noise, drift and 1/f noise that depend on the conductance, `x = G / g_max`.

        sigma   = (c_0 + c_1 x + c_2 x^2 + ...) g_max / g_ref
        mu, s   = clip(-0.0155 ln x + 0.0244, 0.049, 0.1), clip(-0.0125 ln x - 0.0059, 0.008, 0.045)
        sigma_r = G_D min(0.0088 / x^0.65, 0.2)

    and what becomes of them: `aihwlab.inference.noise.drifting.DriftingNoiseModel`. Left out: stuck devices, that drift
    exponents depend on how a conductance was reached, and that 1/f noise remembers the reading before.

    Source: V. Joshi et al., 2020, doi:10.1038/s41467-020-16108-9; S. Nandakumar et al., 2019,
    doi:10.1109/ICECS46596.2019.8964852.
    """

    prog_coeff: list[float] = parameter(None, filled_in=True)
    """Coefficients c of the programming noise at `prog_coeff_g_max_reference`, lowest order first, uS."""

    g_converter: BaseConductanceConverter = parameter(None, filled_in=True)
    """Converter of weights to conductances; by default one with single pairs."""

    g_max: float = parameter(None, '(0, inf)', filled_in=True)
    """Largest conductance, uS; by default that of the converter, 25."""

    t_read: float = parameter(pcm.READ_TIME, '(0, inf)')
    """How long a reading averages, s."""

    t_0: float = parameter(pcm.START, '(0, inf)')
    """Time between programming and the first reading, from which `t_inference` counts, s."""

    prog_noise_scale: float = parameter(1.0, '[0, inf)')
    """Factor on the programming noise."""

    read_noise_scale: float = parameter(1.0, '[0, inf)')
    """Factor on the read noise."""

    drift_scale: float = parameter(1.0, '[0, inf)')
    """Factor on the drift exponents."""

    prog_coeff_g_max_reference: float = parameter(None, '(0, inf)', filled_in=True)
    """g_ref, the largest conductance that `prog_coeff` is for, uS; by default 25, or g_max for coefficients of your own."""

    def _fill_in(self) -> None:
        super()._fill_in()
        if self.prog_coeff_g_max_reference is None:
            self.prog_coeff_g_max_reference = pcm.G_MAX if self.prog_coeff is None else self.g_max
        if self.prog_coeff is None:
            self.prog_coeff = list(pcm.PROGRAMMING)

    def _programming_spread(self, x: np.ndarray) -> np.ndarray:
        return polynomial_spread(x, self.prog_coeff) * (self.g_max / self.prog_coeff_g_max_reference)

    def _drift(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return pcm.drift_exponents(abs(target) / self.g_max)

    def _read_spread(self, conductance: np.ndarray, drifted: np.ndarray) -> np.ndarray:
        return abs(drifted) * pcm.noise_strength(abs(conductance) / self.g_max)


@dataclass
class DriftTables(Model):
    """Drift exponents that follow tables over the conductance to program, with linear interpolation in between."""

    custom_drift_model: dict[str, list[float]] = parameter()
    """Tables `nu_mean_lst` and `nu_std_lst`, mean and standard deviation of nu, over conductances `g_lst`, ascending, uS."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        tables = self.custom_drift_model
        if sorted(tables) != sorted(TABLES):
            yield 'custom_drift_model', f'a dictionary of {", ".join(TABLES)}'
        if len({len(table) for table in tables.values()}) > 1 or len(tables['g_lst']) < 2:
            yield 'custom_drift_model', 'three lists of the same length, at least 2'
        if not np.isfinite([*tables.values()]).all() or min(tables['nu_std_lst']) < 0:
            yield 'custom_drift_model', 'finite numbers, and in nu_std_lst none that is negative'
        if not (np.diff(tables['g_lst']) > 0).all():
            yield 'custom_drift_model', 'ascending in g_lst'


TABLES = 'g_lst', 'nu_mean_lst', 'nu_std_lst'


@dataclass
class CustomDriftPCMLikeNoiseModel(PCMLikeNoiseModel, DriftTables):
    """Phase-change memory with drift exponents from tables of your own, `nu = |mu(G_T) + s(G_T) xi| drift_scale`.

    Programming noise and read noise are those of `PCMLikeNoiseModel`.

    Source: N. Li et al., 2023, doi:10.1002/aelm.202201190.

    Example:
        >>> CustomDriftPCMLikeNoiseModel({'g_lst': [0.0, 25.0], 'nu_mean_lst': [0.1, 0.05], 'nu_std_lst': [0.01, 0.02]})
    """

    def _drift(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return custom_drift.drift_exponents(target, *(self.custom_drift_model[table] for table in TABLES))

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        first, *_, last = self.custom_drift_model['g_lst']
        least = getattr(self.g_converter, 'g_min', 0.0)
        if first > least or last < self.g_max:
            yield 'custom_drift_model', f'from {least} to {self.g_max} uS, the range of the converter, in g_lst'
