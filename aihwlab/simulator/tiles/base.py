"""What programs for aihwkit ask of `tile.tile`, and the names of what a checkpoint holds of a tile."""

from typing import Any

import torch

from aihwlab.exceptions import TileError
from aihwlab.simulator.tiles.arguments import as_numbers, as_rows

__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py


class AnalogTileStateNames:
    """Names of the entries of a checkpoint: those of a tile, and those inside of its `analog_tile_state`."""

    ANALOG_STATE_NAME = 'analog_tile_state'
    CONTEXT = WEIGHTS = 'analog_ctx'
    OUT_SCALING = 'out_scaling_alpha'
    MAPPING_SCALES = 'mapping_scales'
    VERSION = 'version'
    CLASS = 'analog_tile_class'
    LR = 'learning_rate'
    RPU_CONFIG = 'rpu_config'
    HIDDEN_PARAMETERS = 'cells'


class SimulatorTile:
    """The crossbar of a tile, without anything digital: no scales, no digital bias, no record for an optimizer.

    It is what `tile.tile` returns, a view of the tile; weights are [out, in], with an analog bias [out, in + 1].
    """

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    # Weights.

    def get_weights(self) -> torch.Tensor:
        """Return a copy of the weights in the crossbar, on the CPU."""
        self.owner.notice_changes()
        return self.owner.present_weights().detach().cpu().clone()

    def set_weights(self, weights: Any) -> None:
        """Write weights into the crossbar, within the bounds of the devices.

        Raises:
            TypeError: for what holds no real numbers.
            ValueError: for a wrong shape, or NaN or infinite values. Nothing is changed.
        """
        self.owner.write_weights(as_numbers('weights', weights).to(self.owner.device))
        self.owner.reference_weights = None

    def set_weights_uniform_random(self, bmin: float, bmax: float) -> None:
        """Write weights drawn uniformly from [bmin, bmax), from the random stream of the tile."""
        if not bmin <= bmax:
            raise ValueError(f'bmin = {bmin}: must not be above bmax = {bmax}')
        self.set_weights(bmin + (bmax - bmin) * self.owner.draw_uniform(self.owner.kernel_tile.shape))

    def get_x_size(self) -> int:
        """Return the number of input lines, that of an analog bias included."""
        return self.owner.kernel_tile.shape[1]

    def get_d_size(self) -> int:
        """Return the number of output lines."""
        return self.owner.kernel_tile.shape[0]

    # Products and updates.

    def forward(self, x_input: torch.Tensor, bias: bool = False, in_trans: bool = False,
                out_trans: bool = False) -> torch.Tensor:
        """Return the analog product for inputs [..., in]: [..., out].

        Args:
            x_input: inputs.
            bias: whether the last input line, that of an analog bias, is to be 1, and is missing in `x_input`.
            in_trans, out_trans: whether inputs, and outputs, are columns, [in, ...].
        """
        x = as_rows(x_input, in_trans)
        x = with_ones(x) if bias else x
        y = self.owner.forward_crossbar(x.reshape(-1, x.shape[-1], 1).contiguous())
        return as_rows(y.reshape(*x.shape[:-1], -1), out_trans)

    def backward(self, d_input: torch.Tensor, bias: bool = False, in_trans: bool = False,
                 out_trans: bool = False) -> torch.Tensor:
        """Return the transposed product for gradients [..., out]: [..., in], without that of an analog bias if `bias`."""
        d = as_rows(d_input, out_trans)
        x = self.owner.backward_crossbar(d.reshape(-1, d.shape[-1], 1).contiguous()).reshape(*d.shape[:-1], -1)
        return as_rows(x[..., :-1] if bias else x, in_trans)

    def update(self, x_input: torch.Tensor, d_input: torch.Tensor, bias: bool = False, in_trans: bool = False,
               out_trans: bool = False) -> None:
        """Update the weights with inputs [..., in] and gradients [..., out], with the learning rate of the tile."""
        x, d = as_rows(x_input, in_trans), as_rows(d_input, out_trans)
        x = with_ones(x) if bias else x
        vectors = (tensor.reshape(-1, tensor.shape[-1], 1).contiguous() for tensor in (x, d))
        self.owner.update_crossbar(*vectors, self.owner.learning_rate)
        self.owner.reference_weights = None

    def get_learning_rate(self) -> float:
        """Return the learning rate of the tile."""
        return self.owner.get_learning_rate()

    def set_learning_rate(self, learning_rate: float) -> None:
        """Set the learning rate of the tile."""
        self.owner.set_learning_rate(learning_rate)

    # Devices.

    def get_hidden_parameter_names(self) -> list[str]:
        """Return the names of what is fixed or hidden in each cell."""
        return list(self.owner.get_hidden_parameters())

    def get_hidden_parameters(self) -> torch.Tensor:
        """Return what is fixed or hidden in each cell, [names, out, in], on the CPU; empty if there is nothing."""
        hidden = list(self.owner.get_hidden_parameters().values())
        return torch.stack(hidden) if hidden else torch.empty(0)

    def set_hidden_parameters(self, hidden: torch.Tensor) -> None:
        """Set what is fixed or hidden in each cell, [names, out, in].

        Raises:
            TileError: for another number of names.
        """
        names = self.get_hidden_parameter_names()
        if len(hidden) != len(names):
            raise TileError(f'{len(hidden)} hidden parameters: expected {len(names)}, {", ".join(names) or "none"}')
        self.owner.set_hidden_parameters(dict(zip(names, hidden)))

    def get_brief_info(self) -> str:
        """Return one line about the tile."""
        return self.owner.get_brief_info()

    def get_meta_parameters(self) -> Any:
        """Return the parameters of the tile: its configuration."""
        return self.owner.rpu_config

    def __repr__(self) -> str:
        weights = self.get_weights()
        return (f'{self.get_brief_info()}, weights from {weights.min().item():.4g} to {weights.max().item():.4g}, '
                f'on {self.owner.device}')


def with_ones(x: torch.Tensor) -> torch.Tensor:
    """Return inputs [..., in] with a 1 behind the last, the input of an analog bias."""
    return torch.cat([x, x.new_ones(*x.shape[:-1], 1)], dim=-1)
