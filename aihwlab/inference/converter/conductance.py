"""Converters of weights to conductances: one or several pairs of devices for each weight, tables, or a single device."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from aihwlab.inference.arrays import as_array, as_tensor
from aihwlab.inference.converter.base import BaseConductanceConverter, require_parts
from aihwlab.kernel.conductance import custom_pairs, pairs, single_device
from aihwlab.parameters.base import parameter

G_MAX, G_MIN = 25.0, 0.0
"""Range of the devices of a pair, uS."""

SMALLEST_ERROR = 1e-4
"""How far off a weight may be that was converted by tables forth and back, relative to the largest one."""


class RangeConverter(BaseConductanceConverter):
    """Base of the converters for devices with a range of conductances, whose ends have defaults, for which None stands."""

    g_max: float
    g_min: float

    def _fill_in(self) -> None:
        self.g_max = type(self).g_max if self.g_max is None else self.g_max
        self.g_min = type(self).g_min if self.g_min is None else self.g_min

    def _problems(self) -> Iterator[tuple[str, str]]:
        if self.g_min >= self.g_max:
            yield 'g_min', f'less than g_max = {self.g_max}'


class PairConverter(RangeConverter):
    """Base of the converters to pairs of devices, `w = sum_k F_k (G+_k - G-_k) / r`.

    The scale r is chosen so that the largest absolute weight of the matrix uses all devices of its sign to the full, and a
    pair is used when those before it are full: see `aihwlab.kernel.conductance.pairs`.
    """

    f_lst: list[float]

    def convert_to_conductances(self, weights: torch.Tensor) -> tuple[list[torch.Tensor], dict[str, Any]]:
        """Return the conductances `[G+_1, G-_1, G+_2, ...]`, uS, each [out, in], and `scale_ratio`, r, uS.

        Raises:
            TypeError: for weights that are no tensor.
            ValueError: for NaN or infinite weights, or none at all.
        """
        conductances, scale = self._interpolated(as_array('weights', weights))
        return [as_tensor(conductance, weights) for conductance in conductances], {'scale_ratio': scale}

    def convert_back_to_weights(self, conductances: list[torch.Tensor], params: dict[str, Any]) -> torch.Tensor:
        """Return the weights [out, in] of conductances, uS, with the scale of the way there.

        Raises:
            ValueError: for another number of conductances than two for each pair, or without the scale.
        """
        require_parts(conductances, 2 * len(self.f_lst), params, 'scale_ratio')
        arrays = [as_array('conductances', conductance) for conductance in conductances]
        return as_tensor(pairs.to_weights(arrays, self.f_lst, params['scale_ratio']), conductances[0])

    def _interpolated(self, weights: np.ndarray) -> tuple[list[np.ndarray], float]:
        return pairs.to_conductances(weights, self.f_lst, self.g_min, self.g_max)


@dataclass
class SinglePairConductanceConverter(PairConverter):
    """One pair of devices for each weight, `w = (G+ - G-) / r` with `r = (g_max - g_min) / max |w|` of the matrix.

    One of the two is at the least conductance: G- of a positive weight, G+ of a negative one.
    """

    f_lst = [1.0]
    """Significance of the only pair."""

    g_max: float = parameter(G_MAX, '(0, inf)', filled_in=True)
    """Largest conductance of a device, uS."""

    g_min: float = parameter(G_MIN, '[0, inf)', filled_in=True)
    """Least conductance of a device, uS."""


@dataclass
class NPairConductanceConverter(PairConverter):
    """Several pairs of devices for each weight, which differ in their significance."""

    f_lst: list[float] = parameter(allowed='(0, inf)')
    """Significance F of each pair, first the one that is used first."""

    g_max: float = parameter(G_MAX, '(0, inf)', filled_in=True)
    """Largest conductance of a device, uS."""

    g_min: float = parameter(G_MIN, '[0, inf)', filled_in=True)
    """Least conductance of a device, uS."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if not self.f_lst:
            yield 'f_lst', 'a list of at least one factor'


@dataclass
class DualPairConductanceConverter(NPairConductanceConverter):
    """Two pairs of devices for each weight: `NPairConductanceConverter` with two factors."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if len(self.f_lst) != 2:
            yield 'f_lst', 'a list of two factors'


@dataclass
class CustomPairConductanceConverter(PairConverter):
    """Pairs of devices whose conductances follow tables over the range of weights, with linear interpolation in between.

    The points of a table are equally spaced from the most negative to the most positive weight:
    see `aihwlab.kernel.conductance.custom_pairs`.

    Example:
        >>> CustomPairConductanceConverter([1.0], [[0.0, 0.0, 25.0], [25.0, 0.0, 0.0]])      # that is a single pair
        >>> CustomPairConductanceConverter([1.0], [[5.0, 15.0, 25.0], [25.0, 15.0, 5.0]])    # both devices carry a weight
    """

    f_lst: list[float] = parameter(allowed='(0, inf)')
    """Significance F of each pair."""

    g_lst: list[list[float]] = parameter()
    """Tables of the conductances `G+_1, G-_1, G+_2, ...`, uS."""

    g_max: float = parameter(G_MAX, '(0, inf)', filled_in=True)
    """Largest conductance of a device, uS."""

    g_min: float = parameter(G_MIN, '[0, inf)', filled_in=True)
    """Least conductance of a device, uS."""

    invertibility_test: bool = True
    """Refuse tables from which the weights cannot be had back."""

    def __post_init__(self) -> None:
        super().__post_init__()
        weights = custom_pairs.table_weights(self.f_lst, self.g_lst)
        error = abs(weights - np.linspace(-1, 1, len(weights)) * abs(weights).max()).max() / (abs(weights).max() or 1)
        if self.invertibility_test and not (weights.any() and error <= SMALLEST_ERROR):
            raise ArithmeticError(f'g_lst: after a conversion forth and back, weights are off by {error:.2g} of the largest; '
                                  'sum_k F_k (G+_k - G-_k) must rise in equal steps from -max to max')

    def _interpolated(self, weights: np.ndarray) -> tuple[list[np.ndarray], float]:
        return custom_pairs.to_conductances(weights, self.f_lst, self.g_lst)

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if not self.f_lst:
            yield 'f_lst', 'a list of at least one factor'
        if len(self.g_lst) != 2 * len(self.f_lst):
            yield 'g_lst', f'a list of {2 * len(self.f_lst)} tables, two for each factor'
        if len({len(table) for table in self.g_lst}) != 1 or len(self.g_lst[0]) < 2:
            yield 'g_lst', 'a list of tables of the same length, at least 2'
        if not all(self.g_min <= g <= self.g_max for table in self.g_lst for g in table):
            yield 'g_lst', f'in [{self.g_min}, {self.g_max}] uS, from g_min to g_max'


@dataclass
class SingleDeviceConductanceConverter(RangeConverter):
    """One device for each weight, `G = (w - min w) r + g_min` with `r = (g_max - g_min) / (max w - min w)` of the matrix."""

    g_max: float = parameter(88.199997, '(0, inf)', filled_in=True)
    """Conductance of the largest weight, uS."""

    g_min: float = parameter(9.0, '[0, inf)', filled_in=True)
    """Conductance of the least weight, uS."""

    def convert_to_conductances(self, weights: torch.Tensor) -> tuple[list[torch.Tensor], dict[str, Any]]:
        """Return a list of the one conductance, uS, [out, in], and `scale_ratio`, r, uS, with `min`, the least weight.

        If all weights are the same, all conductances are g_min.

        Raises:
            TypeError: for weights that are no tensor.
            ValueError: for NaN or infinite weights, or none at all.
        """
        conductance, scale, least = single_device.to_conductances(as_array('weights', weights), self.g_min, self.g_max)
        return [as_tensor(conductance, weights)], {'scale_ratio': scale, 'min': least}

    def convert_back_to_weights(self, conductances: list[torch.Tensor], params: dict[str, Any]) -> torch.Tensor:
        """Return the weights [out, in] of conductances, uS, with scale and least weight of the way there.

        Raises:
            ValueError: for more than one conductance, or without one of the parameters.
        """
        require_parts(conductances, 1, params, 'scale_ratio', 'min')
        array = as_array('conductances', conductances[0])
        weights = single_device.to_weights(array, self.g_min, params['scale_ratio'], params['min'])
        return as_tensor(weights, conductances[0])
