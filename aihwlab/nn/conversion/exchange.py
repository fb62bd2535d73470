"""Exchanging modules of a network: all new ones are made first, and only then all are put in place."""

from collections.abc import Callable
from typing import NamedTuple

from torch.nn import Module

from aihwlab.nn.modules.container import all_children


class Place(NamedTuple):
    """Where a new module goes: the holder's child of this name becomes it."""

    holder: Module
    child_name: str
    new: Module


def plan_exchange(root: Module, name: str, new_for: Callable[[Module, str], Module | None]) -> tuple[Module, list[Place]]:
    """Return what a network becomes, and what has to be put in place for that; nothing is changed yet.

    A module that occurs several times is asked for once, so that its occurrences stay one module. The children of a new
    module are asked for, too, so that a container comes with the modules inside it as they were.

    Args:
        root: the network.
        name: of the root; the names of modules below start with it.
        new_for: function (module, full name) -> the new module, or the module itself, or None for a module that stays as it
            is with all below.
    """
    decided: dict[Module, Module] = {}
    places: list[Place] = []

    def visit(module: Module, name: str) -> Module:
        if module not in decided:
            new = new_for(module, name)
            decided[module] = module if new is None else new
            for child_name, child in () if new is None else all_children(new):
                replacement = visit(child, f'{name}.{child_name}' if name else child_name)
                # A container and what it becomes may hold the same child; whoever has kept the old one sees the new child.
                places.extend(Place(holder, child_name, replacement) for holder in {module, new}
                              if replacement is not child and holder._modules.get(child_name) is child)
        return decided[module]

    return visit(root, name), places


def put_in_place(places: list[Place]) -> None:
    """Exchange all modules of a plan."""
    for place in places:
        place.holder._modules[place.child_name] = place.new
