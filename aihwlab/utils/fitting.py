"""A device fitted to measured responses: which parameters make its weight follow a conductance that was measured?

The optimiser is lmfit (M. Newville et al., doi:10.5281/zenodo.11813), which `pip install 'aihwlab[fit]'` installs.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import fields
from typing import Any

import numpy as np

from aihwlab.exceptions import ArgumentError, ConfigError
from aihwlab.kernel.pulse_response import sequence_response
from aihwlab.parameters.pulsed_device import PulsedDevice

__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py

SEED = 1
"""Of the noise in simulations: the same for all parameters, so that what is minimised is a smooth function of them."""


def fit_measurements(parameters: Any, pulse_data: Any, response_data: Any, device_config: Any,
                     suppress_device_noise: bool = True, max_pulses: int | None = 1, n_traces: int = 1,
                     fit_weights: Any = None, method: str = 'powell', verbose: bool = False,
                     **fit_kwargs: Any) -> tuple[Any, Any, Any]:
    """Find the parameters of a device for which its weight follows a measurement, by least squares.

    The pulses of each time are given between its response and the next one. The simulated device starts at the first
    response; for measurements in siemens, divide the conductance by a nominal one before.

    Example:
        >>> device = SoftBoundsDevice(w_min=-1.0, w_max=1.0)
        >>> parameters = {'dw_min': (0.01, 0.001, 0.1), 'up_down': (0.0, -0.9, 0.9), 'w_max': 1.0}
        >>> result, fitted, response = fit_measurements(parameters, pulses, responses, device)

    Args:
        parameters: what to fit, by name of a field of the device: `(start, lower bound, upper bound)`, or a number that is
            kept; or `lmfit.Parameters`. `piecewise_up_3` stands for element 3 of a list.
        pulse_data: how many pulses were given, up if positive, down if negative, [times] or [times, devices]; for several
            measurements a tuple of arrays.
        response_data: the weight before these pulses, [times] or [times, devices]; a tuple if `pulse_data` is one.
        device_config: parameters of a pulsed device, or a configuration with one; it stays as it is.
        suppress_device_noise: fit a device without noise and spread, and return it like this.
        max_pulses: of more pulses at one time so many are given; None gives all.
        n_traces: number of devices that are simulated for each one that was measured; the model is their mean.
        fit_weights: factors on the deviations of the measurements, one number for each, or for all.
        method: of `lmfit.minimize`.
        verbose: print what was found.
        fit_kwargs: further arguments of `lmfit.minimize`.

    Returns:
        The result of lmfit; the device, or configuration, with the best parameters; and its response, [times, devices] (a
        list of these if there are several measurements).

    Raises:
        ImportError: if lmfit is not installed.
        ArgumentError: for parameters, pulses or responses in another form.
        ConfigError: for a parameter that the device does not have, impossible values, or a device without pulses.
    """
    lmfit = import_lmfit()
    varied = lmfit_parameters(lmfit, parameters)
    measured = measurements(pulse_data, response_data, max_pulses)
    weights = weights_of(fit_weights, len(measured))
    base = deepcopy(device_config)
    device = device_of(base)
    if suppress_device_noise:
        suppress_noise(device)
    with_parameters(device, varied.valuesdict())
    if n_traces < 1:
        raise ArgumentError(f'n_traces = {n_traces}: must be at least 1')

    def deviation(values: Any) -> np.ndarray:
        responses = simulate(with_parameters(device, values.valuesdict()), measured, n_traces)
        return deviations(responses, measured, weights)

    result = lmfit.minimize(deviation, varied, method=method, **fit_kwargs)
    best = with_parameters(device, result.params.valuesdict())
    if verbose:
        print(lmfit.fit_report(result))
    responses = simulate(best, measured, n_traces)
    if base is not device:
        base.device = best
    return result, best if base is device else base, responses if isinstance(pulse_data, tuple) else responses[0]


def model_response(params: Any, pulse_data: Any, response_data: Any, rpu_config: Any, n_traces: int = 1,
                   fit_weights: Any = None, verbose: bool = False, only_response: bool = False) -> Any:
    """Return how far the response of a device is from measurements: what `fit_measurements` makes small.

    Args:
        params: values of parameters of the device, by name: a dictionary of numbers, or `lmfit.Parameters`.
        pulse_data, response_data, n_traces, fit_weights: as of `fit_measurements`; all pulses are given.
        rpu_config: parameters of a pulsed device, or a configuration with one; it stays as it is.
        verbose: print the root mean square of the deviations.
        only_response: return the responses instead.

    Returns:
        The deviations of all measurements in one array, [numbers], or a list of responses, [times, devices] each.

    Raises:
        ArgumentError: for pulses or responses in another form.
        ConfigError: for a parameter that the device does not have, impossible values, or a device without pulses.
    """
    measured = measurements(pulse_data, response_data, None)
    values = params.valuesdict() if hasattr(params, 'valuesdict') else dict(params)
    responses = simulate(with_parameters(device_of(rpu_config), values), measured, n_traces)
    if only_response:
        return responses
    found = deviations(responses, measured, weights_of(fit_weights, len(measured)))
    if verbose:
        print(f'root mean square of the deviations: {np.sqrt(np.mean(found ** 2)):.4g}')
    return found


def import_lmfit() -> Any:
    """Return lmfit, or raise an ImportError that says how to get it."""
    try:
        import lmfit
    except ImportError as error:
        raise ImportError("fitting needs lmfit: python -m pip install 'aihwlab[fit]'") from error
    return lmfit


def lmfit_parameters(lmfit: Any, parameters: Any) -> Any:
    """Return parameters in the form of lmfit."""
    if isinstance(parameters, lmfit.Parameters):
        return deepcopy(parameters)
    if not isinstance(parameters, Mapping) or not parameters:
        raise ArgumentError(f'parameters = {parameters!r}: must be a dictionary with a name at least, or lmfit.Parameters')
    result = lmfit.Parameters()
    for name, value in parameters.items():
        numbers = np.atleast_1d(np.asarray(value, dtype=object))
        if not all(isinstance(number, (int, float, np.number)) for number in numbers) or len(numbers) not in (1, 3):
            raise ArgumentError(f'parameters[{name!r}] = {value!r}: must be a number, or (start, lower bound, upper bound)')
        if len(numbers) == 1:
            result.add(name, value=float(numbers[0]), vary=False)
            continue
        start, low, high = map(float, numbers)
        if not (low <= start <= high and low < high):
            raise ArgumentError(f'parameters[{name!r}] = {value!r}: must be a start between a lower and an upper bound')
        result.add(name, value=start, min=low, max=high)
    return result


def measurements(pulse_data: Any, response_data: Any, max_pulses: int | None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return pulses and responses of each measurement, two arrays [times, devices]."""
    if isinstance(pulse_data, tuple) != isinstance(response_data, tuple):
        raise ArgumentError('pulse_data and response_data: must both be tuples of measurements, or neither')
    if max_pulses is not None and max_pulses < 1:
        raise ArgumentError(f'max_pulses = {max_pulses}: must be at least 1, or None')
    pairs = list(zip(pulse_data, response_data)) if isinstance(pulse_data, tuple) else [(pulse_data, response_data)]
    if isinstance(pulse_data, tuple) and not len(pulse_data) == len(response_data) > 0:
        raise ArgumentError(f'{len(pulse_data)} arrays of pulse_data and {len(response_data)} of response_data: '
                            f'must be as many, and one at least')
    return [one_measurement(np.asarray(pulses), np.asarray(responses, dtype=np.float64), max_pulses)
            for pulses, responses in pairs]


def one_measurement(pulses: np.ndarray, responses: np.ndarray, max_pulses: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return pulses and responses of one measurement, [times, devices]; raise an ArgumentError if they do not go together."""
    if responses.ndim == 1:
        responses = responses[:, None]
    if pulses.ndim == 1:
        pulses = np.repeat(pulses[:, None], responses.shape[1] if responses.ndim == 2 else 1, axis=1)
    if pulses.shape != responses.shape or pulses.ndim != 2 or pulses.size == 0:
        raise ArgumentError(f'pulse_data of shape {pulses.shape} and response_data of shape {responses.shape}: must have '
                            f'as many times, and as many devices if there are several')
    if not (np.isfinite(responses).all() and np.isfinite(pulses).all() and (np.rint(pulses) == pulses).all()):
        raise ArgumentError('pulse_data must be whole numbers, and response_data numbers, without NaN or infinite values')
    return (pulses if max_pulses is None else np.clip(pulses, -max_pulses, max_pulses)), responses


def weights_of(fit_weights: Any, count: int) -> np.ndarray:
    """Return the factor on the deviations of each measurement, [measurements]."""
    weights = np.ones(count) if fit_weights is None else np.atleast_1d(np.asarray(fit_weights, dtype=np.float64))
    if weights.ndim != 1 or len(weights) not in (1, count) or not (weights >= 0).all():
        raise ArgumentError(f'fit_weights = {fit_weights}: must be a factor, or one for each of {count} measurements')
    return np.broadcast_to(weights, (count,))


def device_of(config: Any) -> PulsedDevice:
    """Return the device of a configuration, or the device that was given."""
    device = getattr(config, 'device', config)
    if not isinstance(device, PulsedDevice):
        raise ConfigError(f'device_config = {config}: must be a device that is changed by pulses, such as SoftBoundsDevice(), '
                          f'or a configuration with one')
    return device


def suppress_noise(device: PulsedDevice) -> None:
    """Take noise and spread from a device."""
    for declared in fields(device):
        if declared.name.endswith(('_dtod', '_std')):
            setattr(device, declared.name, 0.0)
    device.corrupt_devices_prob = 0.0


def with_parameters(device: PulsedDevice, values: Mapping[str, float]) -> PulsedDevice:
    """Return the device with some values; names with a number at the end stand for an element of a list."""
    changed = deepcopy(device)
    for name, value in values.items():
        listed, _, index = name.rpartition('_')
        elements = getattr(changed, listed, None) if index.isdigit() else None
        if not isinstance(elements, list):
            setattr(changed, name, value)
        elif int(index) < len(elements):
            elements[int(index)] = value
        else:
            raise ConfigError(f'{name}: {listed} has {len(elements)} elements, must be one of {listed}_0 to '
                              f'{listed}_{len(elements) - 1}')
    changed.validate()
    return changed


def simulate(device: PulsedDevice, measured: list[tuple[np.ndarray, np.ndarray]], n_traces: int) -> list[np.ndarray]:
    """Return the weight of a device before each of the pulses of some measurements, [times, devices] each."""
    return [np.stack([sequence_response(device, column[:-1], response[0], n_traces, SEED + number).mean(axis=1)
                      for number, (column, response) in enumerate(zip(pulses.T, responses.T))], axis=1)
            for pulses, responses in measured]


def deviations(responses: list[np.ndarray], measured: list[tuple[np.ndarray, np.ndarray]], weights: np.ndarray) -> np.ndarray:
    """Return simulated minus measured responses of all measurements, times their factors, in one array."""
    return np.concatenate([weight * (response - expected).ravel()
                           for weight, response, (_, expected) in zip(weights, responses, measured)])


def synthetic_measurement(device: PulsedDevice, pulses: np.ndarray, start: float = 0.0, read_noise: float = 0.0,
                          seed: int = 1) -> np.ndarray:
    """Make up a measurement: the response of a simulated device, read with noise. It is no data of a real one.

    Args:
        device: parameters of a pulsed device.
        pulses: how many pulses are given at each time, up if positive, down if negative, [times].
        start: weight to start with.
        read_noise: standard deviation of the noise of each reading, in units of the weight.
        seed: of the device, of its noise and of the reading.

    Returns:
        The weight before the pulses of each time, [times]: with `pulses` what `fit_measurements` takes.

    Raises:
        ConfigError: for impossible parameters of the device.
        ValueError: for numbers of pulses that are not whole, or a negative noise.
    """
    if not read_noise >= 0:
        raise ValueError(f'read_noise = {read_noise}: must not be negative')
    weights = sequence_response(device, np.asarray(pulses)[:-1], start, seed=seed)[:, 0]
    return weights + read_noise * np.random.default_rng(seed).normal(size=len(weights))
