"""All classes of parameters with their fields, and the configurations in which each can stand; found, not listed."""

from copy import deepcopy
from dataclasses import fields
from enum import Enum
from typing import get_args, get_origin

import aihwlab.simulator.parameters
import aihwlab.simulator.presets  # noqa: F401 (with them all classes are known)
from aihwlab.inference import CustomDriftPCMLikeNoiseModel, NPairConductanceConverter
from aihwlab.inference.converter.conductance import CustomPairConductanceConverter, DualPairConductanceConverter
from aihwlab.inference.noise.pcm import DriftTables
from aihwlab.parameters.base import Parameters
from aihwlab.parameters.device import Device, FloatingPointDevice
from aihwlab.parameters.mixed_precision import DigitalRankUpdateCell
from aihwlab.parameters.one_sided import DifferenceUnitCell
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.simulator.configs import (
    ConstantStepDevice,
    DigitalRankUpdateRPUConfig,
    FloatingPointRPUConfig,
    InferenceRPUConfig,
    QuantizedTorchInferenceRPUConfig,
    SingleRPUConfig,
    TorchInferenceRPUConfig,
    UnitCellRPUConfig,
)
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.parameters.quantization import QuantizationConfig, QuantizedModuleConfig
from aihwlab.simulator.tiles.custom import CustomRPUConfig
from tests.inference.noise.models import TABLES

CONFIGURATIONS = (SingleRPUConfig, FloatingPointRPUConfig, InferenceRPUConfig, TorchInferenceRPUConfig,
                  QuantizedTorchInferenceRPUConfig, CustomRPUConfig)
NEEDED = {
    CustomDriftPCMLikeNoiseModel: [TABLES],
    CustomPairConductanceConverter: [[1.0], [[0.0, 0.0, 25.0], [25.0, 0.0, 0.0]]],
    DriftTables: [TABLES],
    DualPairConductanceConverter: [[1.0, 3.0]],
    NPairConductanceConverter: [[1.0]],
    QuantizedModuleConfig: [object, QuantizationConfig()],
}
"""What classes need that have fields without defaults."""


def classes():
    """Return all classes of parameters of which there can be an object, without presets: they only have other defaults."""
    found = dict.fromkeys(_subclasses(Parameters))
    left_out = PulsedDevice, UnitCell, DigitalRankUpdateCell, DifferenceUnitCell  # the last is an old name
    return [cls for cls in found if '__dataclass_fields__' in vars(cls) and cls.__module__.startswith('aihwlab.')
            and 'presets' not in cls.__module__ and cls not in left_out
            and not cls.__name__.endswith(('RPU', 'IOManagedRPUConfig', 'Base'))]


def _subclasses(cls):
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def kinds(field):
    """Return the types that a field may have: `float | None` has two, `list[float]` is `list`."""
    options = get_args(field.type) if get_origin(field.type) not in (list, dict, None) else (field.type,)
    return [get_origin(option) or option for option in options]


def holds_numbers(field):
    """Return whether a field is a number, or a list of numbers."""
    options = kinds(field)
    return bool({int, float} & set(options)) or list in options and float in get_args(field.type)


def example(cls):
    """Return parameters of a class with their defaults; cells of several devices have two."""
    if issubclass(cls, UnitCell):
        return cls(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice()])
    if issubclass(cls, DigitalRankUpdateCell):
        return cls(device=ConstantStepDevice())
    return cls(*deepcopy(NEEDED.get(cls, [])))


def choices(field):
    """Return all values of a field that is a choice: members of an enumeration, True and False; otherwise none."""
    kind = kinds(field)[0]
    return list(kind) if isinstance(kind, type) and issubclass(kind, Enum) else [True, False] if kind is bool else []


def with_value(field, value):
    """Return a value as a field may hold it: a list of numbers holds nothing but this number."""
    return [value] if list in kinds(field) else value


def configurations(parameters):
    """Return configurations in which some parameters stand, at every place where they can."""
    if isinstance(parameters, RPUConfigBase):
        return [parameters]
    if isinstance(parameters, Device):
        kinds_of_devices = {FloatingPointDevice: FloatingPointRPUConfig, UnitCell: UnitCellRPUConfig,
                            DigitalRankUpdateCell: DigitalRankUpdateRPUConfig}
        cls = next((cls for kind, cls in kinds_of_devices.items() if isinstance(parameters, kind)), SingleRPUConfig)
        return [cls(device=parameters)]
    made = []
    for cls in CONFIGURATIONS:
        for path in _places(cls(), type(parameters)):
            config = owner = cls()
            for name in path[:-1]:
                owner = getattr(owner, name)
            setattr(owner, path[-1], parameters)
            made.append(config)
    return made


def _places(parameters, wanted):
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if type(value) is wanted:
            yield [field.name]
        elif isinstance(value, Parameters):
            yield from ([field.name, *rest] for rest in _places(value, wanted))
