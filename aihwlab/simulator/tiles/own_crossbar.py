"""A tile whose crossbar is an object of a class that its configuration names, with all that such an object remembers."""

from collections.abc import Callable
from typing import Any, ClassVar

import torch

from aihwlab.simulator.tiles.checkpoint import require_saved
from aihwlab.simulator.tiles.crossbar import CrossbarTile
from aihwlab.simulator.tiles.torch_tile import TorchSimulatorTile


class TileWithSimulator(CrossbarTile):
    """Base of tiles whose crossbar is an object of the class `simulator_tile_class` of the configuration.

    A changed configuration makes a new crossbar. It has the tensors of the one before, but for those that still were as the
    configuration had made them.

    Attributes:
        simulator: the crossbar.
    """

    kept: ClassVar[tuple[str, ...]] = (*CrossbarTile.kept, 'simulator')
    optional_parts: ClassVar[frozenset[str]] = frozenset({'simulator'})
    simulator: Any = None

    @property
    def tile(self) -> TorchSimulatorTile:
        """The crossbar without anything digital."""
        simulator: TorchSimulatorTile = self.simulator
        return simulator

    def built_simulator(self, rpu_config: Any) -> Any:
        """Return a new crossbar for a configuration."""
        columns = self.in_size + int(self.analog_bias)
        simulator = rpu_config.simulator_tile_class(columns, self.out_size, rpu_config, self.analog_bias)
        simulator.owner = self
        return simulator

    def rebuilt_simulator(self, rpu_config: Any) -> Any:
        """Return another crossbar for a configuration; torch's generator goes on as if there had been none."""
        with torch.random.fork_rng(devices=[]):
            return self.built_simulator(rpu_config)

    def next_simulator(self, rpu_config: Any) -> Any:
        """Return a new crossbar for a configuration, which goes on from the present one if that is of the same class.

        Raises:
            TileError: if it needs tensors of other shapes.
        """
        is_first = not hasattr(self, 'kernel_tile')
        simulator = self.built_simulator(rpu_config) if is_first else self.rebuilt_simulator(rpu_config)
        if type(simulator) is type(self.simulator):
            made = self.rebuilt_simulator(self.built_for).dump_extra()
            simulator.load_extra({name: value.to(self.device) for name, value in self.simulator.dump_extra().items()
                                  if name not in made or not torch.equal(value, made[name])})
        return simulator

    def take(self, tile: Any, rpu_config: Any) -> None:
        """Take a tile of the kernel, the configuration that it was built for, and a crossbar for both."""
        self.simulator = self.next_simulator(rpu_config)
        super().take(tile, rpu_config)

    def follow(self, rpu_config: Any) -> None:
        """Let a changed configuration take effect; see `CrossbarTile.follow`."""
        simulator = self.next_simulator(rpu_config)
        super().follow(rpu_config)
        self.simulator = simulator

    def further_state(self) -> dict[str, Any]:
        """Return the tensors that the crossbar keeps besides the weights, if there are any."""
        extra = self.simulator.dump_extra()
        return {**super().further_state(), **({'simulator': extra} if extra else {})}

    def read_further(self, state: dict[str, Any], rpu_config: Any, key: str) -> dict[str, Any]:
        """Return a crossbar with the tensors of a checkpoint, and what other classes read of it."""
        saved, simulator = state.get('simulator', {}), self.rebuilt_simulator(rpu_config)
        require_saved(isinstance(saved, dict), f'{key}.simulator', saved, 'a dictionary of tensors')
        for name, value in saved.items():
            require_saved(torch.is_tensor(value), f'{key}.simulator.{name}', value, 'a tensor')
        simulator.load_extra({name: value.to(self.device) for name, value in saved.items()}, strict=True)
        return {**super().read_further(state, rpu_config, key), 'simulator': simulator}

    def _take_state(self, state: dict[str, Any]) -> None:
        self.simulator = None
        super()._take_state(state)

    def _apply(self, fn: Callable[[torch.Tensor], torch.Tensor], recurse: bool = True) -> 'TileWithSimulator':
        super()._apply(fn, recurse)
        for name, value in vars(self.simulator).items():
            if torch.is_tensor(value):
                setattr(self.simulator, name, fn(value))
        return self
