"""From a network to one whose digital layers compute in low precision."""

from copy import deepcopy

from torch.nn import Module

from aihwlab.exceptions import ArgumentError
from aihwlab.nn.conversion.exchange import Place, plan_exchange, put_in_place
from aihwlab.nn.conversion.to_analog import blaming, require_names
from aihwlab.nn.low_precision_modules.quantized_input_module import QuantizedInputModule
from aihwlab.nn.modules.base import AnalogLayerBase
from aihwlab.parameters.validation import require
from aihwlab.simulator.parameters.quantization import QuantizationMap, QuantizedModuleConfig


def convert_to_quantized(model: Module, quantization_map: QuantizationMap) -> Module:
    """Return a copy of a network in which modules are replaced by ones of low precision; see `quantize_model`.

    Example:
        >>> quantization_map = QuantizationMap()
        >>> quantization_map.default_qconfig.weight_quant.n_bits = 8
        >>> quantization_map.default_qconfig.activation_quant.n_bits = 8
        >>> append_default_conversions(quantization_map)
        >>> quantized = convert_to_quantized(convert_to_analog(model, config, exclude_modules=['conv1']), quantization_map)
    """
    return quantize_model(deepcopy(model), quantization_map)


def quantize_model(model: Module, quantization_map: QuantizationMap) -> Module:
    """Replace modules of a network, which is changed, by ones of low precision, and return it.

    What a module becomes is said by its name, or else by its class; a subclass is another class. Analog layers stay, unless
    their name is given: then they become digital before. Afterwards, modules whose inputs are to be rounded are wrapped in
    `QuantizedInputModule`. A module that occurs several times is replaced once.

    Args:
        model: the network.
        quantization_map: which modules become what.

    Raises:
        ArgumentError: for names of modules that do not exist, or are out of reach in another one, for the name of the network
            itself, or a class without `from_digital`. The network stays as it was, as after all errors.
        ConfigError: for an impossible configuration.
    """
    require('quantization_map', quantization_map, QuantizationMap, error=ArgumentError)
    quantization_map.validate()
    by_class, by_name = quantization_map.module_qconfig_map, quantization_map.instance_qconfig_map
    for config in (*by_class.values(), *by_name.values()):
        if not hasattr(config.quantized_module, 'from_digital'):
            raise ArgumentError(f'quantized_module = {config.quantized_module.__name__}: must have a method from_digital')
    named = dict(model.named_modules(remove_duplicate=False))
    for field in ('instance_qconfig_map', 'input_activation_qconfig_map', 'excluded_modules'):
        require_names(field, list(getattr(quantization_map, field)), [name for name in named if name])
    excluded = {named[name] for name in quantization_map.excluded_modules}
    chosen = {named[name]: config for name, config in by_name.items()}
    replaced: list[Module] = []

    def new_for(module: Module, name: str) -> Module | None:
        if module in excluded:
            return None
        config = chosen.get(module, by_class.get(type(module)))
        if config is not None:
            replaced.append(module)
            with blaming(module, name, 'excluded_modules'):
                return in_low_precision(module, config)
        return None if isinstance(module, AnalogLayerBase) and not module.IS_CONTAINER else module

    quantized, places = plan_exchange(model, '', new_for)
    for name in by_name:
        if named[name] not in replaced:
            raise ArgumentError(f'instance_qconfig_map: {name!r} is part of a module that stays as it is, or is replaced as a '
                                'whole')
    became = {place.holder._modules[place.child_name]: place.new for place in places}
    parts = {part for module in replaced for part in module.modules() if part is not module}
    wrapped: dict[Module | None, Module] = {}
    for name, activation_quant in quantization_map.input_activation_qconfig_map.items():
        if named[name] in parts:
            raise ArgumentError(f'input_activation_qconfig_map: {name!r} is part of a module that is replaced as a whole')
        module = became.get(named[name], named[name])
        wrapped[module] = QuantizedInputModule(module, activation_quant)
    put_in_place(places)
    put_in_place([Place(holder, child_name, wrapped[child]) for holder in list(quantized.modules())
                  for child_name, child in holder._modules.items() if child in wrapped])
    return quantized


def in_low_precision(module: Module, config: QuantizedModuleConfig) -> Module:
    """Return what a module becomes; an analog layer becomes digital before."""
    digital = module.to_digital() if isinstance(module, AnalogLayerBase) else module
    quantized: Module = config.quantized_module.from_digital(digital, config.module_qconfig)  # type: ignore[attr-defined]
    return quantized
