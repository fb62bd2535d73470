"""Tiles: crossbars with their converters and digital periphery, as torch modules."""

from aihwlab.simulator.tiles.analog import AnalogTile
from aihwlab.simulator.tiles.array import TileModuleArray
from aihwlab.simulator.tiles.floating_point import FloatingPointTile

__all__ = ['AnalogTile', 'FloatingPointTile', 'TileModuleArray']
