"""The parameter through which an optimizer reaches an analog tile, under the name that optimizers know it by."""

from aihwlab.simulator.tiles.context import AnalogContext

__all__ = ['AnalogContext']
