"""What programs ask of a tile directly, beside what a layer needs of it: products, facts, and what it remembers."""

from copy import deepcopy
from typing import Any

import torch

from aihwlab.exceptions import TileError, TileModuleError
from aihwlab.parameters.enums import RPUDataType
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.parameters.runtime import RuntimeParameter
from aihwlab.simulator.tiles.arguments import as_batch, as_rows
from aihwlab.simulator.tiles.base import AnalogTileStateNames, SimulatorTile
from aihwlab.simulator.tiles.context import AnalogContext
from aihwlab.simulator.tiles.exchange import as_array, to_torch_device
from aihwlab.simulator.tiles.lines import lines_as_tensors, replaced
from aihwlab.simulator.tiles.periphery import TileWithPeriphery

NOT_EXTRA = AnalogTileStateNames.VERSION, AnalogTileStateNames.CLASS, AnalogTileStateNames.RPU_CONFIG, 'bias_weights'
"""What a saved state says of the tile and its weights, as opposed to what the tile remembers besides."""


class TileInterface(TileWithPeriphery):
    """Mix-in of tiles around a tile of the kernel.

    Attributes:
        in_trans, out_trans: whether inputs, and outputs, are columns, [in, ...] and [out, ...].
        supports_indexed: whether convolutions of all dimensions can use the tile.
        supports_ddp: whether `DistributedDataParallel` can train the tile: its devices have no gradient to be averaged.
        shared_weights: always None; weights are in the crossbar only.
    """

    in_trans = out_trans = False
    supports_indexed, supports_ddp, shared_weights = True, False, None

    @property
    def tile(self) -> SimulatorTile:
        """The crossbar without anything digital, as programs for aihwkit know it."""
        return SimulatorTile(self)

    # Products and updates of logical vectors, without torch's differentiation.

    @torch.no_grad()
    def joint_forward(self, x_input: torch.Tensor, is_test: bool = False, ctx: Any = None) -> torch.Tensor:
        """Return the product for inputs [..., in]: [..., out], with input range and mapping scales.

        Learned output scales and a digital bias come later, in `forward`.

        Args:
            x_input: inputs.
            is_test: whether this is no training.
            ctx: handed to `pre_forward` and `post_forward`.
        """
        x_input = as_rows(x_input, self.in_trans)
        x, _ = self.to_lines(as_batch(x_input, self.in_size), is_test, ctx)
        y = self.post_forward(self.forward_crossbar(x), 1, is_test, ctx)
        return as_rows(y.reshape(*x_input.shape[:-1], self.out_size), self.out_trans)

    @torch.no_grad()
    def backward(self, d_input: torch.Tensor, ctx: Any = None) -> torch.Tensor:
        """Return the transposed product for gradients [..., out]: [..., in], with mapping scales."""
        d_input = as_rows(d_input, self.out_trans)
        d = self.with_mapping_scales(as_batch(d_input, self.out_size))
        x = self.backward_crossbar(d)[:, :self.in_size]
        return as_rows(x.reshape(*d_input.shape[:-1], self.in_size), self.in_trans)

    @torch.no_grad()
    def update(self, x_input: torch.Tensor, d_input: torch.Tensor) -> None:
        """Update the weights with inputs [..., in] and gradients [..., out] of the logical output."""
        x, _ = self.to_lines(as_batch(as_rows(x_input, self.in_trans), self.in_size), is_test=True)
        d = self.with_mapping_scales(as_batch(as_rows(d_input, self.out_trans), self.out_size))
        self.update_vectors(x, d if self.input_range is None else d * self.input_range.detach())

    def with_mapping_scales(self, d: torch.Tensor) -> torch.Tensor:
        """Return gradients [batch, out, positions] of logical outputs as those of the outputs of the crossbar."""
        return d if self.mapping_scales is None else d * self.mapping_scales[:, None]

    # Facts.

    def get_analog_ctx(self) -> AnalogContext:
        """Return the parameter through which an optimizer reaches the tile."""
        return self.analog_ctx

    def get_brief_info(self) -> str:
        """Return one line about the tile: size and device."""
        return repr(self.kernel_tile)

    def extra_repr(self) -> str:
        """Describe the tile."""
        return self.get_brief_info()

    def get_runtime(self) -> RuntimeParameter:
        """Return how the tile is computed."""
        return self.rpu_config.runtime

    def get_data_type(self) -> RPUDataType:
        """Return the floating-point format of the tile."""
        return self.get_runtime().data_type

    def get_dtype(self) -> torch.dtype:
        """Return torch's name of the floating-point format of the tile."""
        return torch.float32

    def get_tensor_view(self, ndim: int, dim: int | None = None) -> tuple[int, ...]:
        """Return the shape, of `ndim` dimensions, in which one number for each output goes along the dimension `dim`.

        By default that is the last one, or with `out_trans` the first one.
        """
        along = (0 if self.out_trans else ndim - 1) if dim is None else dim % ndim
        return tuple(-1 if number == along else 1 for number in range(ndim))

    def is_indexed(self) -> bool:
        """Return whether inputs are taken by index from images: never; a convolution hands over images as they are."""
        return False

    def set_verbosity_level(self, verbose: int) -> None:
        """Do nothing: tiles print nothing by themselves."""

    # What is fixed in the output lines.

    def get_forward_parameters(self) -> dict[str, torch.Tensor]:
        """Return what was drawn for each output line when the tile was made, on the CPU; what is not used is empty.

        `out_noise_values`, `out_nonlinearity` and `v_offset` are [out], `w_asymmetry` is [out, in], and
        `out_nonlinearity_factor` one number. A tile with perfect converters has none of them.
        """
        self.notice_changes()
        return lines_as_tensors(self.kernel_tile.lines[0], self.kernel_tile.parameters.forward)

    def set_forward_parameters(self, parameters: dict[str, Any]) -> None:
        """Set what `get_forward_parameters` returns.

        Raises:
            ArgumentError: for other names, shapes, or values that are not finite. Nothing is changed.
        """
        self.notice_changes()
        lines, backward = self.kernel_tile.lines
        self.kernel_tile.lines = replaced(lines, self.get_forward_parameters(), parameters), backward

    def get_backward_parameters(self) -> dict[str, torch.Tensor]:
        """Return the same as `get_forward_parameters` of the transposed product, for each input line."""
        self.notice_changes()
        return lines_as_tensors(self.kernel_tile.lines[1], self.kernel_tile.parameters.backward)

    def set_backward_parameters(self, parameters: dict[str, Any]) -> None:
        """Set what `get_backward_parameters` returns; see `set_forward_parameters`."""
        self.notice_changes()
        forward, lines = self.kernel_tile.lines
        self.kernel_tile.lines = forward, replaced(lines, self.get_backward_parameters(), parameters)

    # What changes.

    def get_hidden_update_index(self) -> int:
        """Return the number of the device that takes pulses, in cells of several that take them one at a time; otherwise 0."""
        return self.kernel_tile.cells.index

    def set_hidden_update_index(self, index: int) -> None:
        """Choose the device that takes pulses and, in cells where it is always the same, is written by `set_weights`.

        Raises:
            ValueError: for a device that there is not.
        """
        self.kernel_tile.cells.set_index(index)

    def get_analog_state(self) -> dict[str, Any]:
        """Return what a checkpoint holds of the tile besides parameters and buffers."""
        return self.tile_state()

    def dump_extra(self) -> dict[str, Any]:
        """Return all that the tile remembers besides weights and configuration: random stream, devices, learning rate."""
        return {name: value for name, value in self.tile_state().items() if name not in NOT_EXTRA}

    def load_extra(self, extra: dict[str, Any], strict: bool = False) -> None:
        """Take over what `dump_extra` returned.

        Args:
            extra: entries by name; those that are left out stay as they are.
            strict: refuse entries that are left out.

        Raises:
            TileError: for an unknown entry, or one that is left out. Nothing is changed.
        """
        known = self.dump_extra()
        wrong = extra.keys() - known.keys() or (known.keys() - extra.keys() if strict else set())
        if wrong:
            raise TileError(f'extra has {", ".join(sorted(extra))}: must have {"all" if strict else "some"} of '
                            f'{", ".join(known)}')
        self.load_tile_state({**self.tile_state(), **extra}, self.analog_ctx)

    # Another configuration.

    def compatible_with(self, rpu_config: RPUConfigBase) -> tuple[bool, str | None]:
        """Return whether the tile can take another configuration, and if not, why."""
        if not rpu_config.compatible_with(type(self).__name__):
            return False, (f'{type(rpu_config).__name__} builds a {rpu_config.tile_class.__name__}, this tile is a '
                           f'{type(self).__name__}')
        mapping = getattr(rpu_config, 'mapping', None)
        if not self.rpu_config.mapping.compatible_with(mapping):
            return False, f'the mapping is another: {mapping}, this tile has {self.rpu_config.mapping}'
        return True, None

    @torch.no_grad()
    def replace_with(self, rpu_config: RPUConfigBase) -> None:
        """Give the tile a copy of another configuration; weights, scales and random stream stay.

        Devices stay, too, if their parameters do. Otherwise new ones are made, and the weights are written into them, within
        their bounds.

        Raises:
            TileModuleError: if the configuration does not fit the tile. Nothing is changed.
            ConfigError: for impossible parameters. Nothing is changed.
        """
        self.notice_changes()
        fits, why = self.compatible_with(rpu_config)
        if not fits:
            raise TileModuleError(f'the configuration cannot replace that of the tile: {why}')
        config, old, torch_device = deepcopy(rpu_config), self.kernel_tile, self.device
        config.validate()
        new = self.build_tile(config, old.seed)
        new.map(lambda array: to_torch_device(array, torch_device))
        if new.device_parameters() == old.device_parameters():
            new.cells = old.cells
        else:
            new.write(as_array(self.crossbar_weights()))
            self.reference_weights = None
        new.operation, new.counts = old.operation, old.counts
        self.take(new, config)
        self.have_input_range(self.rpu_config.pre_post.input_range)

    def to(self, *args: Any, **kwargs: Any) -> 'TileInterface':
        """Move the tile to a torch device, as all modules, or give it another configuration (`replace_with`)."""
        config = kwargs.pop('rpu_config', None)
        if args and isinstance(args[0], RPUConfigBase):
            config, args = args[0], args[1:]
        if config is not None:
            self.replace_with(config)
        return super().to(*args, **kwargs) if args or kwargs else self
