"""The crossbar of a tile that is written in operations of torch, to which a class of your own can add something."""

from collections.abc import Iterator
from typing import Any, ClassVar

import torch

from aihwlab.exceptions import TileError
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.random import Stream
from aihwlab.simulator.tiles.analog_mvm import AnalogMVM
from aihwlab.simulator.tiles.arguments import as_rows
from aihwlab.simulator.tiles.base import SimulatorTile, with_ones
from aihwlab.simulator.tiles.checkpoint import require_saved


class TorchSimulatorTile(SimulatorTile):
    """The crossbar of a `TorchInferenceTile`, whose products torch differentiates.

    A configuration names the class in `simulator_tile_class`; derive one of your own, and override `forward`, to add what
    this one leaves out.

    Tensors that an object of your class keeps as attributes, a map of broken devices say, are copied, moved and saved with the
    tile.

    Args:
        x_size: number of inputs, that of an analog bias included.
        d_size: number of outputs.
        rpu_config: configuration of the tile.
        bias: whether the last input is that of an analog bias.

    Attributes:
        owner: the tile.
        seen: weights that the present product sees, [out, in], or None outside of a product of the tile.
        stream: random numbers of the present product, or None for those of the next operation of the tile.
        passing: names of what is there for the time of one product or update only.
        analog_mvm: class of its products.
    """

    passing: ClassVar[frozenset[str]] = frozenset({'seen', 'stream', 'present_rate'})
    analog_mvm: ClassVar[type[AnalogMVM]] = AnalogMVM
    seen: torch.Tensor | None = None
    stream: Stream | None = None

    def __init__(self, x_size: int, d_size: int, rpu_config: Any, bias: bool = False) -> None:
        super().__init__(None)
        self.x_size, self.d_size, self.rpu_config, self.bias = x_size, d_size, rpu_config, bias

    @property
    def weight(self) -> torch.Tensor:
        """The weights that products see, [out, in]."""
        weights: torch.Tensor = self.owner.product_weights() if self.seen is None else self.seen
        return weights

    @property
    def lines(self) -> Lines:
        """What is fixed in the output lines."""
        lines: Lines = self.owner.kernel_tile.lines[0]
        return lines

    def next_stream(self) -> Stream:
        """Return the random numbers for a product."""
        stream: Stream = self.owner.kernel_tile.next_stream() if self.stream is None else self.stream
        return stream

    def forward(self, x_input: torch.Tensor, bias: bool = False, in_trans: bool = False, out_trans: bool = False,
                is_test: bool = False, non_blocking: bool = False, tensor_view: Any = None) -> torch.Tensor:
        """Return the analog product for inputs [..., in]: [..., out]; see `SimulatorTile.forward`.

        Args:
            x_input: inputs.
            bias: whether the last input line, that of an analog bias, is to be 1, and is missing in `x_input`.
            in_trans, out_trans: whether inputs, and outputs, are columns, [in, ...].
            is_test: whether this is no training.
            non_blocking, tensor_view: accepted as in aihwkit.
        """
        x = as_rows(x_input, in_trans)
        x = with_ones(x) if bias else x
        y = self.analog_mvm.matmul(self.weight, x, self.rpu_config.forward, False, is_test, lines=self.lines,
                                   stream=self.next_stream(), **self.around())
        return as_rows(y, out_trans)

    def around(self) -> dict[str, Any]:
        """Return what the product of another class has to know besides."""
        return {}

    def dump_extra(self) -> dict[str, torch.Tensor]:
        """Return copies of the tensors that the object keeps, by name, on the CPU."""
        return {name: value.detach().cpu().clone() for name, value in vars(self).items()
                if torch.is_tensor(value) and name not in self.passing}

    def load_extra(self, extra: dict[str, torch.Tensor], strict: bool = False) -> None:
        """Take over what `dump_extra` has returned, of an object that may have come by further tensors since it was made.

        Args:
            extra: tensors by name.
            strict: refuse it if a tensor is left out.

        Raises:
            TileError: for a tensor that is left out, of another shape, or of the name of something else. Nothing is changed.
        """
        kept = self.dump_extra()
        for name in kept.keys() - extra.keys() if strict else ():
            raise TileError(f'{type(self).__name__}.{name}: is missing')
        for name, value in extra.items():
            is_free = str(name).isidentifier() and getattr(self, name, None) is None and name not in self.passing
            require_saved(name in kept or is_free, f'a tensor of {type(self).__name__}', name, 'a name of its own')
            require_saved(name not in kept or value.shape == kept[name].shape, f'{type(self).__name__}.{name} of shape',
                          tuple(value.shape), str(tuple(getattr(kept.get(name), 'shape', ()))))
        for name, value in extra.items():
            setattr(self, name, value.to(getattr(self, name).device) if name in kept else value)


def torch_tile_problems(config: Any) -> Iterator[tuple[str, str]]:
    """Yield the names of parameters of a configuration that a tile in torch does not know, and what they must be instead."""
    if not issubclass(config.simulator_tile_class, TorchSimulatorTile):
        yield 'simulator_tile_class', 'a class derived from TorchSimulatorTile'
    product = config.simulator_tile_class.analog_mvm
    if not isinstance(config.forward, product.parameters):
        yield 'forward', f'an {product.parameters.__name__}, which {config.simulator_tile_class.__name__} needs'
    for name, requirement in product.unknown_parameters(config.forward):
        yield f'forward.{name}', requirement
