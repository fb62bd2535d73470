"""Comparison with measured statistics, whose standard errors the reference files state."""

import numpy as np

SIGMAS = 4.5


def parameters_from(config, classes):
    """Build a parameter object from a reference file's `config`: class name and the fields that differ from the default."""
    fields = dict(config)
    parameters = {cls.__name__: cls for cls in classes}[fields.pop('class')]()
    for name, value in fields.items():
        default = getattr(parameters, name)
        setattr(parameters, name, type(default)[value] if isinstance(value, str) else value)
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
