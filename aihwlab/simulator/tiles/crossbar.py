"""What all tiles with a crossbar of the kernel can do: forward, backward, update, and what happens to their cells besides."""

from abc import abstractmethod
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, NamedTuple

import torch

from aihwlab.exceptions import ConfigError, TileError, TileModuleError
from aihwlab.kernel.backend import Engine
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Geometry, Patches, transform
from aihwlab.kernel.random import Purpose, Stream, uniforms
from aihwlab.kernel.rounds import Images
from aihwlab.kernel.tile import Tile
from aihwlab.kernel.update import UNKNOWN, Magnitudes, Vectors
from aihwlab.parameters.enums import PulseType
from aihwlab.simulator.tiles.arguments import as_numbers, require_learning_rate, require_sizes
from aihwlab.simulator.tiles.context import Record
from aihwlab.simulator.tiles.exchange import (
    as_array,
    as_tensor,
    as_vectors,
    multiply,
    state_as_arrays,
    state_as_tensors,
    to_torch_device,
)
from aihwlab.simulator.tiles.functions import AnalogFunction
from aihwlab.simulator.tiles.interface import TileInterface
from aihwlab.simulator.tiles.periphery import TileWithPeriphery
from aihwlab.simulator.tiles.programming import TOLERANCE, program_weights


class Update(NamedTuple):
    """An update of a crossbar, worked out and checked: `W <- W - learning_rate d x^T`.

    Attributes:
        x: inputs for the kernel, [batch, in, positions], or the patches of images.
        d: gradients at the outputs of the crossbar, for the kernel, [batch, out, positions].
        learning_rate: the learning rate.
        largest: the largest magnitudes of the vectors of both, [batch, positions] each.
    """

    x: Vectors
    d: Array
    learning_rate: float
    largest: Magnitudes


class CrossbarTile(TileInterface, TileWithPeriphery):
    """A crossbar with its converters and digital periphery: torch around a tile of the kernel.

    All random numbers of the tile follow from `tile.seed`, which is drawn from torch's default generator when the tile is
    made (so `torch.manual_seed` fixes it), and from `kernel_tile.operation`, which counts what the tile has done.

    The configuration of a tile can be changed while it lives: converters, pulse trains and the mapping of the next weights
    follow. Its devices are made once.

    Args:
        out_size: number of outputs.
        in_size: number of inputs.
        rpu_config: configuration; the tile keeps a copy.
        bias: whether there is a bias; `rpu_config.mapping.digital_bias` says where.
        in_trans, out_trans: whether inputs, and outputs, are columns, [in, ...] and [out, ...].

    Raises:
        ConfigError: for impossible parameters; the message names parameter, value and what is allowed.
        MemoryError: for a tile that the machine has no room for.
    """

    def __init__(self, out_size: int, in_size: int, rpu_config: Any, bias: bool = False, in_trans: bool = False,
                 out_trans: bool = False) -> None:
        require_sizes(out_size=out_size, in_size=in_size)
        rpu_config = deepcopy(rpu_config)
        rpu_config.validate()
        super().__init__(out_size, in_size, rpu_config, bias)
        self.in_trans, self.out_trans = in_trans, out_trans
        self.learning_rate = 0.1
        self.reference_weights = None
        self.take(self.build_tile(rpu_config, int(torch.randint(2 ** 63 - 1, (1,), dtype=torch.int64))), rpu_config)
        self.init_input_processing()

    @abstractmethod
    def tile_parameters(self, rpu_config: Any) -> Any:
        """Return the parameters of a tile of the kernel for a configuration."""

    def build_tile(self, rpu_config: Any, seed: int) -> Tile:
        """Return a new tile of the kernel for a configuration, on the CPU."""
        shape = self.out_size, self.in_size + int(self.analog_bias)
        return Tile(shape, self.tile_parameters(rpu_config), seed, bias_column=self.analog_bias, engine=Engine(multiply))

    def require_fits(self, rpu_config: Any) -> None:
        """Raise a TileModuleError if a configuration has another mapping."""
        if not self.built_for.mapping.compatible_with(rpu_config.mapping):
            raise TileModuleError(f'mapping = {rpu_config.mapping}: this tile was made with {self.built_for.mapping}, and '
                                  'only how weights are scaled when they are written can change')

    def follow(self, rpu_config: Any) -> None:
        """Let changed parameters of converters and pulse trains take effect.

        Raises:
            ConfigError: if the configuration needs other devices, or an input range of another kind. Nothing is changed.
        """
        for name in ('enable', 'learn_input_range'):
            value, was = (getattr(config.pre_post.input_range, name) for config in (rpu_config, self.built_for))
            if value != was:
                raise ConfigError(f'pre_post.input_range.{name} = {value}: must stay {was}, because parameters of a network '
                                  'are made once; give the tile another configuration by replace_with()')
        parameters, before = self.tile_parameters(rpu_config), self.tile_parameters(self.built_for)
        for name, value, was in parameters.device.differences(before.device, 'device'):
            raise ConfigError(f'{name} = {value}: must stay {was}, because the devices of a tile are made once; make another '
                              'tile, or change its devices by set_hidden_parameters()')
        if PulseType.NONE in (types := {parameters.update.pulse_type, before.update.pulse_type}) and len(types) > 1:
            raise ConfigError(f'update.pulse_type = {parameters.update.pulse_type}: must stay {before.update.pulse_type}, '
                              'because a tile has either devices, or weights without pulses (NONE)')
        self.kernel_tile.follow(parameters)

    # The crossbar alone, without anything digital: forward, backward and update, each one function of the kernel.

    def product(self, x: torch.Tensor, geometry: Geometry | None, bias: torch.Tensor | None) -> torch.Tensor:
        """Return the analog product, whose inputs and gradients are recorded for the pulsed update."""
        context = self._parameters['analog_ctx']  # where torch looks last, after a microsecond
        y: torch.Tensor = AnalogFunction.apply(context, self, x, geometry, bias)
        return y

    def product_weights(self) -> torch.Tensor | None:
        """Return the weights that products see in place of those of the cells, or None if they see these."""
        return None

    def forward_crossbar(self, x: torch.Tensor | Patches, bias: torch.Tensor | None = None,
                         weights: torch.Tensor | None = None, stream: Stream | None = None) -> torch.Tensor:
        """Return the analog product for a batch of vectors, or patches: [batch, in, positions] -> [batch, out, positions].

        Args:
            x: inputs.
            bias: numbers to add to the outputs, [out].
            weights: weights to see in place of `product_weights`.
            stream: random numbers in place of those of the next operation of the tile.
        """
        weights = self.product_weights() if weights is None else weights
        added, seen = (None if tensor is None else as_array(tensor) for tensor in (bias, weights))
        return as_tensor(self.run(self.kernel_tile.forward, as_vectors(x), added, None, seen, stream))

    def backward_crossbar(self, d: torch.Tensor, shape: tuple[int, ...] | None = None, geometry: Geometry | None = None,
                          weights: torch.Tensor | None = None) -> torch.Tensor:
        """Return the transposed analog product: [batch, out, positions] -> [batch, in, positions].

        With the shape of images and the geometry of a window on them, the result is added up to images. `weights` are seen in
        place of `product_weights`.
        """
        weights = self.product_weights() if weights is None else weights
        onto = None if geometry is None or shape is None else Images(tuple(shape), geometry)
        seen = None if weights is None else as_array(weights)
        return as_tensor(self.run(self.kernel_tile.backward, as_vectors(d), onto, None, seen))

    def possible_update_by(self, record: Record, learning_rate: float) -> Update:
        """Return the update by what a backward pass has left; see `possible_update`."""
        context = self.noticed_context()
        if record.arrays is None or self.mapping_scales is not None or record.d.device != context.device:
            return self.possible_update(*record.vectors(), learning_rate, record.largest)
        return self.checked_update(*record.arrays, learning_rate, record.largest)

    def update_vectors(self, x: torch.Tensor | Patches, d: torch.Tensor, largest: Magnitudes = UNKNOWN) -> None:
        """Update the weights with inputs [batch, in, positions] or patches and gradients [batch, out, positions].

        Their largest magnitudes, [batch, positions] each, are found out if they are not given.
        """
        self.take_update(self.possible_update(x, d, self.learning_rate, largest))

    def possible_update(self, x: torch.Tensor | Patches, d: torch.Tensor, learning_rate: float,
                        largest: Magnitudes = UNKNOWN) -> Update:
        """Return the update of the crossbar that `update_vectors` takes, without changing anything yet.

        The logical weight moves by `-lr d x^T`, whatever the mapping scale: `d` arrives multiplied by the scale once and is
        divided by its square.

        Raises:
            ValueError: for vectors that do not fit, or are NaN or infinite.
            ConfigError: for a configuration that was changed into an impossible one.
        """
        self.notice_changes()
        if self.mapping_scales is not None:
            d, largest = d / self.mapping_scales[:, None] ** 2, (largest[0], None)
            if self.rpu_config.mapping.weight_scaling_lr_compensation:
                factor = 1 / float(self.mapping_scales.mean())
                d, learning_rate = d / factor, learning_rate * factor
        runtime = self.rpu_config.runtime
        if runtime.offload_input or runtime.offload_gradient or d.device != self.device:
            x, d = transform(x, lambda tensor: tensor.to(self.device)), d.to(self.device)
        return self.checked_update(as_vectors(x), as_vectors(d), learning_rate, largest)

    def checked_update(self, x: Vectors, d: Array, learning_rate: float, largest: Magnitudes) -> Update:
        """Return an update whose vectors are known to fit and to be finite; the backward pass has seen most of that."""
        if largest[0] is None or largest[1] is None or self.kernel_tile.has_exact_products:
            largest = self.run(self.kernel_tile.magnitudes_for_update, x, d, learning_rate, largest)
        return Update(x, d, learning_rate, largest)

    def take_update(self, update: Update) -> None:
        """Let the crossbar take an update, which ends what `program_weights` has aimed at."""
        self.run(self.kernel_tile.update, *update)
        if self.reference_weights is not None:
            self.reference_weights = None

    def update_crossbar(self, x: torch.Tensor | Patches, d: torch.Tensor, learning_rate: float,
                        largest: Magnitudes = UNKNOWN) -> None:
        """Update the weights in the crossbar by pulses, `W <- W - learning_rate d x^T`, without any scales."""
        self.run(self.kernel_tile.update, as_vectors(x), as_vectors(d), learning_rate, largest)

    def get_learning_rate(self) -> float:
        """Return the learning rate of the tile."""
        return self.learning_rate

    def set_learning_rate(self, learning_rate: float) -> None:
        """Set the learning rate of the tile, a finite number that is not negative."""
        require_learning_rate(learning_rate)
        self.learning_rate = float(learning_rate)

    # What happens to the cells besides the update.

    def post_update_step(self) -> None:
        """Let the cells age by one training step: diffusion, then decay."""
        if any(self.kernel_tile.cells.ages):
            self.run(self.kernel_tile.age)

    def write_weights(self, combined: torch.Tensor) -> None:
        """Write weights [out, in] (with an analog bias [out, in + 1]) into the crossbar, within the bounds of the devices."""
        self.run(self.kernel_tile.write, as_array(combined.contiguous()))

    @torch.no_grad()
    def program_weights(self, from_reference: bool = True, x_values: Any = None, learning_rate: float = 0.1,
                        max_iter: int = 10_000, tolerance: float = TOLERANCE, w_init: float = 0.01) -> float:
        """Write weights with pulses, see `aihwlab.simulator.tiles.programming.program_weights`.

        Args:
            from_reference: aim again at the weights of the last call, if none were set and no update has changed them in
                between; otherwise, and the first time, at the present ones.

        Returns:
            The last mean error relative to the largest target weight.
        """
        self.notice_changes()
        reference = self.reference_weights if from_reference else None
        target = self.crossbar_weights().clone() if reference is None else reference.to(self.device)
        error = program_weights(self, target, x_values, learning_rate, max_iter, tolerance, w_init)
        self.reference_weights = target
        return error

    def draw_uniform(self, shape: tuple[int, ...]) -> torch.Tensor:
        """Draw uniform numbers from the random stream of the tile, for initial weights."""
        drawn = uniforms(self.kernel_tile.next_stream(), Purpose.INITIAL_WEIGHT, shape[0] * shape[1])
        return torch.from_numpy(drawn).reshape(shape).to(self.device)

    def diffuse_weights(self) -> None:
        """Let the weights diffuse by one step."""
        self.run(self.kernel_tile.diffuse)

    def decay_weights(self, alpha: float = 1.0) -> None:
        """Let the weights decay by one step, `alpha` times as much as the lifetime says."""
        self.run(self.kernel_tile.decay, alpha)

    def drift_weights(self, delta_t: float = 1.0) -> None:
        """Let the devices drift for a time `delta_t`, in the unit of `drift.t_0`."""
        self.run(self.kernel_tile.drift, delta_t)

    def reset_columns(self, start_column_idx: int = 0, num_columns: int = 1, reset_prob: float = 1.0) -> None:
        """Reset the devices of some columns (inputs), each with a probability; the range of columns wraps around."""
        self.run(self.kernel_tile.reset, start_column_idx, num_columns, reset_prob)

    def reset(self, reset_prob: float = 1.0) -> None:
        """Reset every device with a probability."""
        self.run(self.kernel_tile.reset, 0, None, reset_prob)

    def get_hidden_parameters(self) -> dict[str, torch.Tensor]:
        """Return what is fixed or hidden in each cell: a dictionary of tensors [out, in], on the CPU."""
        return state_as_tensors(self.kernel_tile.cells.hidden())

    def set_hidden_parameters(self, hidden: dict[str, Any]) -> None:
        """Set the hidden parameters of the cells.

        Raises:
            TypeError: for what holds no real numbers.
            TileError: if the names differ from those of `get_hidden_parameters`.
        """
        expected = self.kernel_tile.cells.hidden()
        if not isinstance(hidden, Mapping):
            raise TypeError(f'hidden parameters of type {type(hidden).__name__}: must be a dictionary of tensors by name')
        if set(hidden) != set(expected):
            raise TileError(f'hidden parameters {sorted(hidden)} do not belong to '
                            f'{type(self.kernel_tile.parameters.device).__name__}: expected {sorted(expected)}')
        copies = {name: as_numbers(name, value).clone() for name, value in hidden.items()}
        arrays = state_as_arrays(copies)
        moved = {name: to_torch_device(value, self.device) for name, value in arrays.items()}
        self.run(self.kernel_tile.cells.set_hidden, moved)
