"""From an analog network to a digital one."""

from copy import deepcopy
from typing import Any

from torch.nn import Module

from aihwlab.exceptions import ArgumentError
from aihwlab.nn.conversion.exchange import plan_exchange, put_in_place
from aihwlab.nn.conversion.rules import CONVERSION_MAP, CONVERSION_MAP_MAPPED, ENCODERS
from aihwlab.nn.modules.base import AnalogLayerBase
from aihwlab.nn.modules.container import AnalogWrapper


def convert_to_digital(module: Module, conversion_set: set[Any] | None = None, module_name: str = '',
                       inplace: bool = False) -> Module:
    """Return a network in which analog layers are replaced by torch's, with the logical weights.

    If there is an error, `module` is left as it was, also in place.

    Args:
        module: the analog network.
        conversion_set: analog classes to replace, each with a method `to_digital`; all by default.
        module_name: not used, accepted for compatibility.
        inplace: change `module` instead of a copy.

    Raises:
        ArgumentError: if `conversion_set` is no set, or holds a class without `to_digital`.
    """
    known = {*CONVERSION_MAP.values(), *CONVERSION_MAP_MAPPED.values(), *ENCODERS.values()}
    replaced = known if conversion_set is None else conversion_set
    if not isinstance(replaced, set):
        raise ArgumentError(f'conversion_set = {conversion_set!r}: expected a set of classes')
    for analog_class in replaced:
        if not hasattr(analog_class, 'to_digital'):
            raise ArgumentError(f'{analog_class.__name__} has no method to_digital')

    def new_for(analog: Module, name: str) -> Module | None:
        if type(analog) in replaced or isinstance(analog, AnalogWrapper):
            return analog.to_digital()
        is_layer = isinstance(analog, AnalogLayerBase) and not analog.IS_CONTAINER
        return None if is_layer else analog

    digital, places = plan_exchange(module if inplace else deepcopy(module), '', new_for)
    put_in_place(places)
    return digital
