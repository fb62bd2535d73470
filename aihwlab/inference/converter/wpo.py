"""Weight programming optimisation: tables of conductances for which weights are wrong by as little as possible over time."""

from collections.abc import Sequence
from copy import deepcopy
from inspect import signature
from typing import Any

import numpy as np
import torch
from scipy.optimize import differential_evolution

from aihwlab.exceptions import ArgumentError
from aihwlab.inference.arrays import as_array, new_stream, torch_draws_from
from aihwlab.inference.converter.conductance import CustomPairConductanceConverter, PairConverter
from aihwlab.parameters.validation import require

POINTS = 4
"""Points of a table on each side of the weight 0."""

SMALLEST_SPAN = 0.3
"""Least conductance that the largest weight may have, relative to what all devices of its sign have together."""

LEAST_GAIN = 1e-3
"""By how much, relative to its loss, the baseline must be outdone."""

DEFAULTS = {'maxiter': 50, 'popsize': 6, 'tol': 1e-3, 'polish': False}
"""What the search does if nothing else is asked for; see `scipy.optimize.differential_evolution`."""

TAKEN = 'func', 'bounds', 'args', 'x0', 'seed', 'rng'
"""Arguments of the search that are given here."""


def downsample_weight_distribution(weights: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Return weights of another shape with the same distribution: evenly spaced quantiles, the extremes among them.

    They are laid out so that all rows have about the same distribution.

    Raises:
        TypeError: for weights that are no tensor.
        ValueError: for NaN or infinite weights, or none at all, and for a shape that is none.
    """
    array, shape = as_array('weights', weights), tuple(shape)
    for size in shape:
        require('shape', size)
    quantiles = np.quantile(array, np.linspace(0, 1, int(np.prod(shape)))).reshape(shape[::-1]).T
    return torch.from_numpy(np.ascontiguousarray(quantiles)).to(weights)


@torch.no_grad()
def loss_weights(weights: torch.Tensor, rpu_config: Any, t_steps: Sequence[float]) -> float:
    """Return how wrong weights are after they were programmed, relative to the largest one, on average over some times.

        loss = mean over t of sqrt(mean (alpha(t) w(t) - w)^2) / max |w|

    The weights w(t) are those of the model of noise, and alpha is the factor of the compensation of drift, if there is one,
    from readouts without noise. New noise is drawn from torch's generator.

    Args:
        weights: weights to program, [out, in].
        rpu_config: configuration whose `noise_model` and `drift_compensation` are taken.
        t_steps: times since programming, s.

    Raises:
        TypeError: for weights that are no tensor.
        ValueError: for NaN or infinite weights, or none; for no times, or one that is negative or not finite.
    """
    if len(t_steps) == 0:
        raise ValueError('t_steps = []: must be one time at least')
    compensation, model, errors = rpu_config.drift_compensation, rpu_config.noise_model, []
    devices, largest = model.program(weights), float(weights.abs().max().clamp(min=1e-12))
    patterns = None if compensation is None else compensation.get_readout_tensor(weights.shape[1]).to(weights)
    baseline = None if patterns is None else compensation.readout(patterns @ model.weights_of(devices).T)
    for time in t_steps:
        aged = model.weights_at(devices, float(time))
        if patterns is not None:
            aged = aged * compensation.apply(patterns @ aged.T, baseline).reshape(-1, 1)
        errors.append(float((aged - weights).square().mean().sqrt()) / largest)
    return float(np.mean(errors))


class WeightProgrammingOptimizer:
    """A search for the tables of a `CustomPairConductanceConverter` for which weights are wrong by as little as possible.

    Many sets of conductances stand for the same weight, `w = sum_k F_k (G+_k - G-_k) / r`, but some are noisier, or drift in
    another way. Differential evolution looks for the best ones at a few weights, with linear interpolation in between, by
    `loss_weights`: all candidates see the same noise, and the best is compared with the baseline for other noise.

    Source: C. Mackin et al., 2022, doi:10.1038/s41467-022-31405-1; here the weights themselves say how much each weight
    counts, and the search has fewer points.

    Args:
        weights: weights that are to be programmed, [out, in], or fewer with the same distribution
            (`downsample_weight_distribution`).
        f_lst: significance F of each pair of devices.
        rpu_config: configuration whose `noise_model` and `drift_compensation` are taken.
        t_steps: times since programming for which weights are to be right, s.
        g_converter_baseline: a converter to pairs, which is to be outdone; its range of conductances is kept.
        symmetric: negative weights have the conductances of positive ones, with those of each pair exchanged.
        kwargs: arguments of `scipy.optimize.differential_evolution`, such as `maxiter`, `popsize` or `workers`.

    Raises:
        ArgumentError: for an argument that the search does not know, or that is given here.
        TypeError: for another baseline, or weights that are no tensor.
        ValueError: for NaN or infinite weights.
        ConfigError: for impossible factors.
    """

    def __init__(self, weights: torch.Tensor, f_lst: list[float], rpu_config: Any, t_steps: Sequence[float],
                 g_converter_baseline: PairConverter, symmetric: bool = True, **kwargs: Any) -> None:
        if not isinstance(g_converter_baseline, PairConverter):
            raise TypeError(f'g_converter_baseline of type {type(g_converter_baseline).__name__}: must be one to pairs of '
                            'devices, such as SinglePairConductanceConverter')
        known = signature(differential_evolution).parameters.keys() - set(TAKEN)
        for name in kwargs.keys() - known:
            raise ArgumentError(f'{name} = {kwargs[name]!r}: must be an argument of the search, {", ".join(sorted(known))}')
        as_array('weights', weights)
        self.weights, self.f_lst, self.t_steps = weights.detach().clone(), list(f_lst), list(t_steps)
        self.rpu_config, self.baseline, self.symmetric = deepcopy(rpu_config), g_converter_baseline, symmetric
        self.g_min, self.g_max = g_converter_baseline.g_min, g_converter_baseline.g_max
        self.settings = {**DEFAULTS, **kwargs}
        self.stream = new_stream()
        self.loss_of(self.converter_for(np.full(self.dimensions, 0.5)), self.stream)  # errors come before a long search

    @property
    def points(self) -> int:
        """Points of a table between which the search interpolates, in its own choice: with symmetry from weight 0 on."""
        return POINTS + 1 if self.symmetric else 2 * POINTS + 1

    @property
    def dimensions(self) -> int:
        """Number of parameters of the search: of all devices but one at each point, and the span of the tables."""
        return (2 * len(self.f_lst) - 1) * self.points + 1

    @property
    def targets(self) -> np.ndarray:
        """What the points of the largest possible tables stand for, uS."""
        largest = sum(self.f_lst) * (self.g_max - self.g_min)
        return largest * np.linspace(0 if self.symmetric else -1, 1, self.points)

    @property
    def limits(self) -> tuple[float, float]:
        """Least and largest conductance of a device, uS."""
        return self.g_min, self.g_max

    def first_guess(self) -> np.ndarray | None:
        """Return the parameters of the baseline, or None if its pairs have another significance."""
        if list(self.baseline.f_lst) != self.f_lst:
            return None
        points = torch.from_numpy(np.linspace(-1, 1, 2 * POINTS + 1)[-self.points:])
        conductances = np.array([tensor.numpy() for tensor in self.baseline.convert_to_conductances(points)[0]])
        span = float(np.dot(signed_factors(self.f_lst), conductances[:, -1])) / self.targets[-1]
        share = np.clip((span - SMALLEST_SPAN) / (1 - SMALLEST_SPAN), 0, 1)
        targets = (SMALLEST_SPAN + (1 - SMALLEST_SPAN) * share) * self.targets
        return np.append(shares_of(targets, conductances, self.f_lst, self.limits).reshape(-1), share)

    def converter_for(self, parameters: np.ndarray) -> CustomPairConductanceConverter:
        """Return the converter that parameters from 0 to 1 stand for."""
        span, shares = SMALLEST_SPAN + (1 - SMALLEST_SPAN) * parameters[-1], parameters[:-1].reshape(-1, self.points)
        tables = conductances_for(span * self.targets, shares, self.f_lst, self.limits)
        if self.symmetric:
            exchanged = tables.reshape(-1, 2, self.points)[:, ::-1].reshape(tables.shape)
            tables = np.concatenate([exchanged[:, :0:-1], tables], axis=1)
        return CustomPairConductanceConverter(self.f_lst, tables.tolist(), self.g_max, self.g_min)

    def loss_of(self, converter: PairConverter, stream: Any) -> float:
        """Return the loss for a converter and the noise of a stream (`aihwlab.kernel.random.Stream`)."""
        self.rpu_config.noise_model.g_converter = converter
        with torch_draws_from(stream):
            return loss_weights(self.weights, self.rpu_config, self.t_steps)

    def loss(self, parameters: np.ndarray) -> float:
        """Return the loss for parameters of the search, from 0 to 1."""
        return self.loss_of(self.converter_for(parameters), self.stream)

    def run_optimizer(self) -> tuple[CustomPairConductanceConverter, bool | float]:
        """Search, and return the best converter, and True if it is better than the baseline, or otherwise its loss.

        All random numbers, those of the search included, follow from torch's generator when this object was made.
        """
        search = differential_evolution(self.loss, [(0.0, 1.0)] * self.dimensions, x0=self.first_guess(),
                                        seed=self.stream.seed % 2 ** 32, **self.settings)
        converter, other = self.converter_for(search.x), self.stream.occasion(0)
        loss = self.loss_of(converter, other)
        return converter, True if loss < (1 - LEAST_GAIN) * self.loss_of(self.baseline, other) else loss


def conductances_for(targets: np.ndarray, shares: np.ndarray, factors: Sequence[float],
                     limits: tuple[float, float]) -> np.ndarray:
    """Return conductances of pairs that add up to targets, `t = sum_k F_k (G+_k - G-_k)`, uS, [2 pairs, targets].

    One device after the other takes its place in the range that leaves the rest possible: at the lower end for a share of 0,
    at the upper end for 1. The last one has no choice.

    Args:
        targets: t, uS, [targets], within what the devices can do.
        shares: from 0 to 1, [2 pairs - 1, targets].
        factors: F, the significance of each pair.
        limits: least and largest conductance of a device, uS.
    """
    signed, rest, found = signed_factors(factors), np.array(targets, dtype=float), []
    for number, share in enumerate([*shares, 0.0]):
        low, high = possible(rest, signed[number:], limits)
        found.append(low + share * (high - low))
        rest = rest - signed[number] * found[-1]
    return np.array(found)


def shares_of(targets: np.ndarray, conductances: np.ndarray, factors: Sequence[float],
              limits: tuple[float, float]) -> np.ndarray:
    """Return the shares for which `conductances_for` has given conductances, or the nearest possible ones."""
    signed, rest, found = signed_factors(factors), np.array(targets, dtype=float), []
    for number, conductance in enumerate(conductances[:-1]):
        low, high = possible(rest, signed[number:], limits)
        width = np.where(high > low, high - low, 1.0)
        found.append(np.clip((conductance - low) / width, 0, 1))
        rest = rest - signed[number] * (low + found[-1] * (high - low))
    return np.array(found)


def signed_factors(factors: Sequence[float]) -> list[float]:
    """Return what a conductance counts for in a weight, `[F_1, -F_1, F_2, ...]`."""
    return [sign * factor for factor in factors for sign in (1, -1)]


def possible(rest: np.ndarray, signed: Sequence[float], limits: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return the range of the first device, for which those after it can make up the rest of the targets, uS."""
    after = np.outer(signed[1:], limits)
    low, high = np.sort([(rest - after.max(axis=1).sum()) / signed[0], (rest - after.min(axis=1).sum()) / signed[0]], axis=0)
    return np.clip(low, *limits), np.clip(high, *limits)
