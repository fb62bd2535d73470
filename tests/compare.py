"""Comparison with measured statistics, whose standard errors the reference files state."""

import json
from pathlib import Path

import numpy as np
import pytest

SIGMAS = 4.5


def reference(name):
    """Return what aihwkit 1.2.0 computes, from a file of `tests/data`."""
    return json.loads((Path(__file__).parent / 'data' / f'reference_{name}.json').read_text())


def slow_except(name, cases):
    """Return all cases as parameters of a test, of which the quick round takes only one."""
    assert name in cases
    return [case if case == name else pytest.param(case, marks=pytest.mark.slow) for case in cases]


def parameters_from(config, classes):
    """Build a parameter object from a reference file's `config`: class name and the fields that differ from the default.

    Fields may be parameter objects themselves, or lists of them.
    """
    def built(value, default):
        if isinstance(value, dict):
            return parameters_from(value, classes)
        if isinstance(value, list):
            return [built(item, None) for item in value]
        return type(default)[value] if isinstance(value, str) else value

    fields = dict(config)
    parameters = {cls.__name__: cls for cls in classes}[fields.pop('class')]()
    for name, value in fields.items():
        setattr(parameters, name, built(value, getattr(parameters, name)))
    return parameters


def assert_moments(samples, case):
    """Compare mean and standard deviation over the first axis with `case`, within 4.5 combined standard errors.

    The variance of a standard deviation s is `s^2 (kurtosis - 1) / (4 n)`; the kurtosis is taken from the samples, at least
    that of a normal distribution.
    """
    samples, n = samples.astype(np.float64), len(samples)
    mean, std = samples.mean(axis=0), samples.std(axis=0)
    error = np.sqrt(np.square(case['se_mean']) + std ** 2 / n) + 1e-7
    assert (np.abs(mean - case['mean']) <= SIGMAS * error).all(), f'mean {mean}, expected {case["mean"]} +- {error}'
    kurtosis = np.maximum(((samples - mean) ** 4).mean(axis=0) / np.maximum(std ** 4, 1e-30), 3)
    error = np.sqrt(np.square(case['se_std']) + (kurtosis - 1) * std ** 2 / (4 * n)) + 1e-7
    assert (np.abs(std - case['std']) <= SIGMAS * error).all(), f'std {std}, expected {case["std"]} +- {error}'


def assert_quantiles(samples, expected, name):
    """Compare quantiles: the expected one must lie between those of ours that are 4.5 standard errors of a rank apart."""
    if 'constant' in expected:
        np.testing.assert_allclose(samples, expected['constant'], atol=1e-7)
        return
    for level, key in ((0.05, 'q05'), (0.5, 'q50'), (0.95, 'q95')):
        error = SIGMAS * np.sqrt(level * (1 - level) * (1 / samples.size + 1 / 50_000))
        low, high = np.quantile(samples, [max(level - error, 0), min(level + error, 1)])
        assert low - 1e-6 <= expected[key] <= high + 1e-6, f'{name} {key}: {low} to {high}, expected {expected[key]}'
