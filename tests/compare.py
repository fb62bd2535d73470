"""Comparison with measured statistics, whose standard errors the reference files state."""

import numpy as np

SIGMAS = 4.5


def parameters_from(config, classes):
    """Build a parameter object from a reference file's `config`: class name and the fields that differ from the default."""
    fields = dict(config)
    parameters = {cls.__name__: cls for cls in classes}[fields.pop('class')]()
    for name, value in fields.items():
        default = getattr(parameters, name)
        setattr(parameters, name, type(default)[value] if isinstance(value, str) else type(default)(value))
    return parameters


def assert_moments(samples, case, kurtosis=3):
    """Compare mean and standard deviation over the first axis with `case`, within 4.5 combined standard errors.

    `kurtosis` is the factor k in the variance `s^2 k / (2 n)` of a standard deviation: 1 for normal data, about 3 otherwise.
    """
    samples, n = samples.astype(np.float64), len(samples)
    mean, std = samples.mean(axis=0), samples.std(axis=0)
    error = np.sqrt(np.square(case['se_mean']) + std ** 2 / n) + 1e-7
    assert (np.abs(mean - case['mean']) <= SIGMAS * error).all(), f'mean {mean}, expected {case["mean"]} +- {error}'
    error = np.sqrt(np.square(case['se_std']) + kurtosis * std ** 2 / (2 * n)) + 1e-7
    assert (np.abs(std - case['std']) <= SIGMAS * error).all(), f'std {std}, expected {case["std"]} +- {error}'
