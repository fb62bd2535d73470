"""Tiles: crossbars with their converters and digital periphery, as torch modules."""

from aihwlab.simulator.tiles.analog import AnalogTile
from aihwlab.simulator.tiles.array import TileModuleArray
from aihwlab.simulator.tiles.floating_point import FloatingPointTile
from aihwlab.simulator.tiles.inference import InferenceTile, InferenceTileWithPeriphery
from aihwlab.simulator.tiles.inference_torch import TorchInferenceTile
from aihwlab.simulator.tiles.quantized_inference_torch import QuantizedTorchInferenceTile

__all__ = [
    'AnalogTile', 'FloatingPointTile', 'InferenceTile', 'InferenceTileWithPeriphery', 'QuantizedTorchInferenceTile',
    'TileModuleArray', 'TorchInferenceTile',
]
