"""From a digital network to an analog one."""

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from difflib import get_close_matches
from typing import Any

from torch.nn import Module

from aihwlab.exceptions import ArgumentError
from aihwlab.nn.conversion.exchange import plan_exchange, put_in_place
from aihwlab.nn.conversion.rules import CONVERSION_MAP, ENCODERS, WITHOUT_ANALOG_LAYER, specific_rpu_config_id
from aihwlab.nn.modules.base import AnalogLayerBase
from aihwlab.nn.modules.container import AnalogContainerBase, AnalogWrapper
from aihwlab.simulator.parameters.base import RPUConfigBase


def convert_to_analog(
        module: Module, rpu_config: RPUConfigBase, tile_module_class: type[Module] | None = None,
        conversion_map: dict[type[Module], Any] | None = None,
        specific_rpu_config_fun: Callable[[str, Module, RPUConfigBase], RPUConfigBase | None] | None = None,
        module_name: str = '', ensure_analog_root: bool = True, exclude_modules: Iterable[str] | None = None,
        inplace: bool = False, verbose: bool = False) -> Module:
    """Return a network in which layers are replaced by analog ones with the same weights.

    A module is replaced if its class is in the map; a subclass is another class and stays digital. Fully connected layers,
    convolutions, the four weight matrices of attention (`q_proj`, `k_proj`, `v_proj` and `out_proj` of
    `AnalogMultiheadAttention`) and the two of each recurrent cell (`weight_ih` and `weight_hh` of `ConvertedRNN`) become
    analog. A convolution that is transposed or has groups is an error, and so is an LSTM with projections, so that they do not
    stay digital unseen.

    A module that occurs several times is replaced once, so that its occurrences go on sharing their weights; different modules
    with one parameter get weights of their own, with a warning. If there is an error, `module` is left as it was, also in
    place.

    Example:
        >>> analog = convert_to_analog(resnet18(), ReRamSBPreset(), exclude_modules=['conv1', 'fc'])
        >>> def per_layer(name, layer, config):                        # convolutions with groups stay digital
        ...     return None if getattr(layer, 'groups', 1) > 1 else config
        >>> analog = convert_to_analog(mobilenet_v2(), ReRamSBPreset(), specific_rpu_config_fun=per_layer)
        >>> analog = convert_to_analog(encoder, ReRamSBPreset(), conversion_map={**CONVERSION_MAP, MultiheadAttention: None})

    Args:
        module: the digital network.
        rpu_config: configuration of the tiles; every layer gets a copy.
        tile_module_class: class of the tiles, if not the one that the configuration chooses.
        conversion_map: digital class -> analog class with a method `from_digital`, or None: modules of this class stay
            digital with all below. By default `CONVERSION_MAP`, to which yours can add. Classes that are not in your map
            stay digital.
        specific_rpu_config_fun: function (name, digital module, copy of the configuration) -> configuration of this layer,
            or None: the layer stays digital. It is asked for containers, too, which hold no weights and are converted anyway.
        module_name: name of `module` itself; with a name, the root is not wrapped.
        ensure_analog_root: wrap a root that stays digital in `AnalogWrapper`.
        exclude_modules: full names of modules that stay digital, with all below.
        inplace: change `module` instead of a copy.
        verbose: print each replacement.

    Raises:
        ArgumentError: if `conversion_map` is no dictionary, or a name in `exclude_modules` is not that of a module.
        ValueError: for a convolution that is transposed or has groups.
        ConfigError, MemoryError: if a tile refuses its configuration or size. All errors name the module.
    """
    if conversion_map is not None and not isinstance(conversion_map, dict):
        raise ArgumentError(f'conversion_map = {conversion_map!r}: expected a dictionary of classes')
    rules = {**ENCODERS, **(CONVERSION_MAP if conversion_map is None else conversion_map)}
    refused = WITHOUT_ANALOG_LAYER if conversion_map is None else ()
    excluded = [exclude_modules] if isinstance(exclude_modules, str) else list(exclude_modules or ())
    configure = specific_rpu_config_fun or specific_rpu_config_id
    base = module if inplace else deepcopy(module)
    named = list(base.named_modules(prefix=module_name, remove_duplicate=False))
    kept = {digital for name, digital in named if name in excluded}  # under whatever other names they are met, too
    seen: list[str] = []
    replaced: list[tuple[str, Module, str]] = []

    def new_for(digital: Module, name: str) -> Module | None:
        seen.append(name)
        kind = type(digital)
        if digital in kept or name in excluded or (kind in rules and rules[kind] is None):
            return None
        if kind not in rules and kind not in refused:
            return digital
        config = configure(name, digital, deepcopy(rpu_config))
        if config is None and not issubclass(rules.get(kind, Module), AnalogContainerBase):
            return None
        with blaming(digital, name):
            if kind in refused:
                raise ValueError('there is no analog layer of its kind')
            replaced.append((name, digital, rules[kind].__name__))
            return rules[kind].from_digital(digital, config, tile_module_class)

    analog, places = plan_exchange(base, module_name, new_for)
    require_names('exclude_modules', excluded, [*seen, *(name for name, _ in named)])
    warn_of_shared_weights(base, replaced)
    put_in_place(places)
    if verbose:
        for name, digital, new_class in replaced:
            print(f'{name or "(root)"}: {type(digital).__name__} -> {new_class}')
    if ensure_analog_root and not module_name and not isinstance(analog, AnalogLayerBase):
        return AnalogWrapper(analog)
    return analog


@contextmanager
def blaming(module: Module, name: str, argument: str = 'exclude_modules') -> Iterator[None]:
    """Let the message of an error name the module that it is about, and say how to go on without it."""
    try:
        yield
    except Exception as error:
        hint = f'; {argument}=[{name!r}] leaves it digital' if name else ''
        error.args = (f'{name or "the root"}, a {type(module).__name__}: {error}{hint}', *error.args[1:])
        raise


def require_names(argument: str, given: list[str], names: list[str]) -> None:
    """Raise an ArgumentError for the name of a module that does not exist."""
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f'; nearest: {near[0]}' if near else ''
            raise ArgumentError(f'{argument}: there is no module {name!r}{hint}')


def warn_of_shared_weights(base: Module, replaced: list[tuple[str, Module, str]]) -> None:
    """Warn of layers whose weights another module has, too: what one of them learns, the other no longer sees."""
    holders = Counter(id(weight) for module in base.modules() for weight in module._parameters.values() if weight is not None)
    for name, digital, _ in replaced:
        if any(holders[id(weight)] > 1 for weight in digital._parameters.values() if weight is not None):
            warnings.warn(f'{name}, a {type(digital).__name__}, shares weights with another module; as an analog layer it has '
                          'weights of its own', stacklevel=3)
