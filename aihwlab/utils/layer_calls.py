"""What the layers of a network are given, and what they return, in one forward pass."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import Module

from aihwlab.nn.modules.base import AnalogLayerBase
from aihwlab.nn.modules.container import all_children


class Call(NamedTuple):
    """The shapes of the first input and of the output of a layer."""

    input_size: tuple[int, ...]
    output_size: tuple[int, ...]


def layers_of(module: Module, path: str = '', seen: set[Module] | None = None) -> Iterator[tuple[str, Module]]:
    """Yield paths and modules of all layers: what is analog, or has no modules inside; shared ones once."""
    seen = set() if seen is None else seen
    if module in seen:
        return
    seen.add(module)
    children = all_children(module)
    if not children or (isinstance(module, AnalogLayerBase) and not module.IS_CONTAINER):
        yield path, module
        return
    for name, child in children:
        yield from layers_of(child, f'{path}.{name}' if path else name, seen)


def layer_calls(model: Module, input_size: Any) -> dict[str, list[Call]]:
    """Return all calls of each layer, by its path, in the order of the first ones; layers that are not called are missing.

    The network is left as it is, its random numbers included: a copy of it computes, in evaluation and without gradients.

    Args:
        model: the network.
        input_size: shape of its inputs, which are zeros; or the inputs, a tensor.
    """
    calls: dict[str, list[Call]] = {}
    probe = deepcopy(model).eval()

    def record(path: str) -> Any:
        def hook(layer: Module, inputs: Any, output: Any) -> None:
            if inputs and isinstance(inputs[0], Tensor) and isinstance(output, Tensor):
                calls.setdefault(path, []).append(Call(tuple(inputs[0].shape), tuple(output.shape)))
        return hook

    for path, layer in layers_of(probe):
        layer.register_forward_hook(record(path))
    x = input_size if isinstance(input_size, Tensor) else torch.zeros(*input_size)
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        probe(x.to(next(probe.parameters(), x).device))
    return calls
