"""What all models of programmed devices share: the way from weights to conductances, through time, and back."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch

from aihwlab.exceptions import ConfigError
from aihwlab.inference.arrays import as_array
from aihwlab.inference.converter.base import BaseConductanceConverter
from aihwlab.inference.converter.conductance import SinglePairConductanceConverter
from aihwlab.inference.model import Model
from aihwlab.parameters.validation import require


class ProgrammedDevices(NamedTuple):
    """Devices after programming, each with what its drift depends on.

    Attributes:
        conductances: of the devices of each weight, as programmed, uS, a list of tensors [out, in].
        drift_parameters: what `generate_drift_coefficients` has returned for each of them.
        conversion: parameters of the way back to weights.
    """

    conductances: list[torch.Tensor]
    drift_parameters: list[Any]
    conversion: dict[str, Any]


class BaseNoiseModel(Model):
    """Base of all models of the noise of programmed devices; subclass it for one of your own.

    A subclass says what happens to the conductances of devices, tensors of any shape in uS, in three methods:
    `apply_programming_noise_to_conductance`, `generate_drift_coefficients` and `apply_drift_noise_to_conductance`. Their
    random numbers come from torch's generator, by `torch.randn_like` or as you like. A tile sets its state from the tile's
    seed for as long as it programs or ages its devices (`aihwlab.inference.arrays.torch_draws_from`).

    Args:
        g_converter: converter of weights to conductances (`BaseConductanceConverter`); by default one with single pairs.
    """

    def __init__(self, g_converter: BaseConductanceConverter | None = None) -> None:
        self.g_converter: Any = SinglePairConductanceConverter() if g_converter is None else g_converter
        self.validate()

    def validate(self, path: str | None = None) -> None:
        """Check all parameters, also those of the converter.

        Raises:
            ConfigError: at the first impossible value, with its name, the value and what is allowed.
        """
        super().validate(path)
        path = f'{path or type(self).__name__}.g_converter'
        require(path, self.g_converter, BaseConductanceConverter, error=ConfigError)
        self.g_converter.validate(path)

    def _fill_in_range(self, converter: type[BaseConductanceConverter], *names: str) -> None:
        """Put a converter with this range of conductances in the place of None, or the range of the converter."""
        if self.g_converter is None:
            self.g_converter = converter(*(getattr(self, name) for name in names))
        for name in names:
            if getattr(self, name) is None:
                setattr(self, name, getattr(self.g_converter, name, None))

    def _range_problems(self, *names: str) -> Iterator[tuple[str, str]]:
        """Yield each end of the range of conductances that is not that of the converter."""
        for name in names:
            if getattr(self, name) != getattr(self.g_converter, name, getattr(self, name)):
                yield name, f'that of the converter, {getattr(self.g_converter, name)}'

    # -- what a model is

    def apply_programming_noise_to_conductance(self, g_target: torch.Tensor) -> torch.Tensor:
        """Return the conductances that devices have after they were programmed to a target, uS."""
        raise NotImplementedError(f'{type(self).__name__} must have the method apply_programming_noise_to_conductance')

    def generate_drift_coefficients(self, g_target: torch.Tensor) -> torch.Tensor | None:
        """Return what the drift of each device depends on, such as an exponent, drawn once when it is programmed."""
        return None

    def apply_drift_noise_to_conductance(self, g_prog: torch.Tensor, drift_noise_param: torch.Tensor | None,
                                         t_inference: float) -> torch.Tensor:
        """Return the conductances that are read a time after programming, uS.

        Args:
            g_prog: conductances as programmed, uS.
            drift_noise_param: what `generate_drift_coefficients` has returned for them.
            t_inference: time since programming, s.
        """
        raise NotImplementedError(f'{type(self).__name__} must have the method apply_drift_noise_to_conductance')

    # -- what is done with it

    @torch.no_grad()
    def program(self, weights: torch.Tensor) -> ProgrammedDevices:
        """Return devices that were programmed to weights: of each pair both, with a drift of their own.

        Args:
            weights: [out, in].

        Raises:
            ConfigError: for impossible parameters.
            TypeError: for weights that are no tensor.
            ValueError: for NaN or infinite weights, or none at all.
        """
        self.validate()
        as_array('weights', weights)
        targets, conversion = self.g_converter.convert_to_conductances(weights)
        return ProgrammedDevices([self.apply_programming_noise_to_conductance(target) for target in targets],
                                 [self.generate_drift_coefficients(target) for target in targets], conversion)

    @torch.no_grad()
    def weights_of(self, devices: ProgrammedDevices) -> torch.Tensor:
        """Return the weights that devices hold just after programming, [out, in]."""
        return self.g_converter.convert_back_to_weights(devices.conductances, devices.conversion)

    @torch.no_grad()
    def weights_at(self, devices: ProgrammedDevices, t_inference: float) -> torch.Tensor:
        """Return the weights that are read from devices a time after programming, [out, in].

        Always from the programmed conductances: times are absolute, and may come in any order.

        Args:
            devices: what `program` has returned.
            t_inference: time since programming, s.

        Raises:
            ConfigError: for impossible parameters.
            ValueError: for a time that is negative or not finite.
        """
        self.validate()
        require('t_inference', t_inference, float, '[0, inf)')
        aged = [self.apply_drift_noise_to_conductance(conductance, parameter, t_inference)
                for conductance, parameter in zip(devices.conductances, devices.drift_parameters)]
        return self.g_converter.convert_back_to_weights(aged, devices.conversion)

    @torch.no_grad()
    def apply_noise(self, weights: torch.Tensor, t_inference: float) -> torch.Tensor:
        """Return weights that were programmed, and are read a time after it, with new noise of all kinds, [out, in].

        At `t_inference = 0`, too, there is the noise of the reading.

        Raises:
            ConfigError: for impossible parameters.
            TypeError: for weights that are no tensor.
            ValueError: for NaN or infinite weights, or none, and for a time that is negative or not finite.
        """
        require('t_inference', t_inference, float, '[0, inf)')
        return self.weights_at(self.program(weights), t_inference)

    @torch.no_grad()
    def apply_programming_noise(self, weights: torch.Tensor) -> tuple[torch.Tensor, list[Any]]:
        """Return the weights that devices hold after programming, [out, in], and what their drift depends on.

        Raises:
            ConfigError, TypeError, ValueError: like `program`.
        """
        devices = self.program(weights)
        return self.weights_of(devices), devices.drift_parameters

    @torch.no_grad()
    def apply_drift_noise(self, weights: torch.Tensor, drift_noise_parameters: list[Any], t_inference: float) -> torch.Tensor:
        """Return the weights that are read a time after programming, [out, in], from the programmed weights alone.

        They are converted to conductances again, as in aihwkit: so a pair is taken for one device that holds the difference
        and one that is empty, and the largest weight for one that fills its device. Tiles know better, see `weights_at`.

        Args:
            weights: as programmed, [out, in].
            drift_noise_parameters: what `apply_programming_noise` has returned with them.
            t_inference: time since programming, s.

        Raises:
            ConfigError: for impossible parameters.
            TypeError: for weights that are no tensor.
            ValueError: for NaN or infinite weights, or none, and for a time that is negative or not finite.
        """
        self.validate()
        as_array('weights', weights)
        conductances, conversion = self.g_converter.convert_to_conductances(weights)
        return self.weights_at(ProgrammedDevices(conductances, drift_noise_parameters, conversion), t_inference)
