"""Conversion of digital networks to analog ones and back."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from torch.nn import Conv1d, Conv2d, Conv3d, Linear, Module, Sequential

from aihwlab.exceptions import ArgumentError
from aihwlab.nn.modules.base import AnalogLayerBase
from aihwlab.nn.modules.container import AnalogContainerBase, AnalogSequential, AnalogWrapper, all_children
from aihwlab.nn.modules.conv import AnalogConv1d, AnalogConv2d, AnalogConv3d
from aihwlab.nn.modules.linear import AnalogLinear
from aihwlab.simulator.parameters.base import RPUConfigBase

CONVERSION_MAP: dict[type[Module], Any] = {
    Linear: AnalogLinear, Conv1d: AnalogConv1d, Conv2d: AnalogConv2d, Conv3d: AnalogConv3d,
    Sequential: AnalogSequential,
}


def specific_rpu_config_id(module_name: str, module: Module, rpu_config: RPUConfigBase) -> RPUConfigBase:
    """Return the configuration as it is: the default of `specific_rpu_config_fun`."""
    return rpu_config


def convert_to_analog(
        module: Module, rpu_config: RPUConfigBase, tile_module_class: type[Module] | None = None,
        conversion_map: dict[type[Module], Any] | None = None,
        specific_rpu_config_fun: Callable[[str, Module, RPUConfigBase], RPUConfigBase] | None = specific_rpu_config_id,
        module_name: str = '', ensure_analog_root: bool = True, exclude_modules: Iterable[str] | None = None,
        inplace: bool = False, verbose: bool = False) -> Module:
    """Return a network in which layers are replaced by analog ones with the same weights.

    A module is replaced if its class is in the map; a subclass is another class and stays digital. A module that occurs
    several times is replaced once, so that its occurrences go on sharing their weights.

    Args:
        module: the digital network.
        rpu_config: configuration of the tiles; every layer gets a copy.
        tile_module_class: class of the tiles, if not the one that the configuration chooses.
        conversion_map: digital class -> analog class with a method `from_digital`.
        specific_rpu_config_fun: function (name, digital module, copy of the configuration) -> configuration of this layer.
        module_name: name of `module` itself; with a name, the root is not wrapped.
        ensure_analog_root: wrap a root that stays digital in `AnalogWrapper`.
        exclude_modules: full names of modules that stay digital, with all below.
        inplace: change `module` instead of a copy.
        verbose: print each replacement.

    Raises:
        ArgumentError: if `conversion_map` is no dictionary.
    """
    conversion_map = CONVERSION_MAP if conversion_map is None else conversion_map
    if not isinstance(conversion_map, dict):
        raise ArgumentError(f'conversion_map = {conversion_map!r}: expected a dictionary of classes')
    excluded, converted = set(exclude_modules or ()), {}

    def convert(digital, name):
        if name and name in excluded:
            return digital
        if digital not in converted:
            converted[digital] = replacement(digital, name)
        return converted[digital]

    def replacement(digital, name):
        analog_class = conversion_map.get(type(digital))
        if analog_class is None or issubclass(analog_class, AnalogContainerBase):
            for child_name, child in all_children(digital):
                setattr(digital, child_name, convert(child, f'{name}.{child_name}' if name else child_name))
        if analog_class is None:
            return digital
        if verbose:
            print(f'{name or "(root)"}: {type(digital).__name__} -> {analog_class.__name__}')
        config = (specific_rpu_config_fun or specific_rpu_config_id)(name, digital, deepcopy(rpu_config))
        return analog_class.from_digital(digital, config, tile_module_class)

    analog = convert(module if inplace else deepcopy(module), module_name)
    if ensure_analog_root and not module_name and not isinstance(analog, AnalogLayerBase):
        return AnalogWrapper(analog)
    return analog


def convert_to_digital(module: Module, conversion_set: set[Any] | None = None, module_name: str = '',
                       inplace: bool = False) -> Module:
    """Return a network in which analog layers are replaced by torch's, with the logical weights.

    Args:
        module: the analog network.
        conversion_set: analog classes to replace, each with a method `to_digital`; all by default.
        module_name: not used, accepted for compatibility.
        inplace: change `module` instead of a copy.

    Raises:
        ArgumentError: if `conversion_set` is no set, or holds a class without `to_digital`.
    """
    conversion_set = set(CONVERSION_MAP.values()) if conversion_set is None else conversion_set
    if not isinstance(conversion_set, set):
        raise ArgumentError(f'conversion_set = {conversion_set!r}: expected a set of classes')
    for analog_class in conversion_set:
        if not hasattr(analog_class, 'to_digital'):
            raise ArgumentError(f'{analog_class.__name__} has no method to_digital')

    converted = {}

    def convert(analog):
        if analog not in converted:
            converted[analog] = replacement(analog)
        return converted[analog]

    def replacement(analog):
        if not isinstance(analog, AnalogLayerBase) or analog.IS_CONTAINER:
            for name, child in all_children(analog):
                setattr(analog, name, convert(child))
        replaced = type(analog) in conversion_set or isinstance(analog, AnalogWrapper)
        return analog.to_digital() if replaced else analog

    return convert(module if inplace else deepcopy(module))
