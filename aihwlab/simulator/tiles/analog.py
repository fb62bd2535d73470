"""The tile of pulsed devices: a crossbar that is trained where it stands."""

from copy import deepcopy
from dataclasses import replace

import torch

from aihwlab import __version__
from aihwlab.exceptions import ConfigError, TileError, TileModuleError
from aihwlab.kernel.devices.decay import decay
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.devices.diffusion import diffuse
from aihwlab.kernel.devices.drift import drift
from aihwlab.kernel.devices.hidden import set_hidden_parameters
from aihwlab.kernel.devices.reset import reset_columns
from aihwlab.kernel.devices.weights import set_weights
from aihwlab.kernel.enums import PulseType
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.mvm import analog_mvm
from aihwlab.kernel.patches import scatter, transform
from aihwlab.kernel.random import Purpose, Stream, uniforms
from aihwlab.kernel.update import update_weights
from aihwlab.simulator.configs.devices import IdealDevice
from aihwlab.simulator.parameters.serialization import from_plain, to_plain
from aihwlab.simulator.tiles.exchange import as_array, as_tensor, as_vectors, kernel_context, multiply, to_device
from aihwlab.simulator.tiles.periphery import TileWithPeriphery
from aihwlab.simulator.tiles.programming import program_weights


class AnalogTile(TileWithPeriphery):
    """A crossbar of pulsed devices with its converters and digital periphery.

    All random numbers of the tile follow from `seed`, which is drawn from torch's default generator when the tile is made
    (so `torch.manual_seed` fixes it), and from `operation`, which counts what the tile has done.

    Args:
        out_size: number of outputs.
        in_size: number of inputs.
        rpu_config: configuration (`aihwlab.simulator.configs.SingleRPUConfig`); the tile keeps a copy.
        bias: whether there is a bias; `rpu_config.mapping.digital_bias` says where.

    Raises:
        ConfigError: for impossible parameters; the message names parameter, value and what is allowed.
    """

    def __init__(self, out_size, in_size, rpu_config, bias=False):
        for name, size in (('out_size', out_size), ('in_size', in_size)):
            if not size > 0:
                raise ConfigError(f'{name} = {size}: a tile needs at least one')
        rpu_config = deepcopy(rpu_config)
        rpu_config.validate()
        super().__init__(out_size, in_size, rpu_config, bias)
        self.rpu_config = rpu_config
        self.seed = int(torch.randint(2 ** 63 - 1, (1,), dtype=torch.int64))
        self.operation = 0
        self.learning_rate = 0.1
        self.reference_weights = None
        self.build()
        self.link_context()

    def build(self):
        """Make the devices and lines of the tile from its configuration and seed."""
        shape = self.out_size, self.in_size + int(self.analog_bias)
        stream = Stream(self.seed, 0)
        self.devices = build_device_array(self.device_parameters(), shape, stream)
        self.forward_lines = draw_lines(self.forward_io, shape, stream)
        self.backward_lines = draw_lines(self.backward_io, shape[::-1], stream, backward=True)

    def device_parameters(self):
        """Return the parameters of the devices; without pulses they are ideal."""
        if self.update_parameters.pulse_type is PulseType.NONE:
            return IdealDevice()
        device = self.rpu_config.device.resolved()
        if getattr(device, 'perfect_bias', False) and not self.analog_bias:
            device = replace(device, perfect_bias=False)
        return device

    @property
    def forward_io(self):
        """The converters of the forward pass."""
        return self.rpu_config.forward

    @property
    def backward_io(self):
        """The converters of the backward pass."""
        return self.rpu_config.backward

    def next_stream(self):
        """Return the random numbers for the next operation of the tile."""
        self.operation += 1
        return Stream(self.seed, self.operation)

    def weight_view(self):
        """Return the weights in the crossbar as a tensor that shares their memory."""
        return as_tensor(self.devices.visible)

    # What the layer calls: forward, backward and update, each one kernel function.

    def joint_forward(self, x, is_test=False):
        """Return the analog product for vectors in columns, or patches: [batch, in, positions] -> [batch, out, positions]."""
        with kernel_context(self.device):
            return as_tensor(analog_mvm(self.devices.visible, as_vectors(x), self.forward_io,
                                        self.forward_lines, self.next_stream(), multiply))

    def backward(self, d, shape=None, geometry=None):
        """Return the transposed analog product: [batch, out, positions] -> [batch, in, positions].

        With the shape of images and the geometry of a kernel on them, the result is added up to images.
        """
        with kernel_context(self.device):
            x = analog_mvm(self.devices.visible.T, as_vectors(d), self.backward_io, self.backward_lines,
                           self.next_stream(), multiply, backward=True)
            return as_tensor(x if geometry is None else scatter(x, shape, geometry))

    def update_columns(self, x, d):
        """Update the weights with inputs [batch, in, positions] or patches and gradients [batch, out, positions].

        The logical weight moves by `-lr d x^T`, whatever the mapping scale: `d` arrives multiplied by the scale once and is
        divided by its square.
        """
        learning_rate = self.learning_rate
        if self.mapping_scales is not None:
            d = d / self.mapping_scales[:, None] ** 2
            if self.rpu_config.mapping.weight_scaling_lr_compensation:
                factor = 1 / float(self.mapping_scales.mean())
                d, learning_rate = d / factor, learning_rate * factor
        self.update_crossbar(transform(x, lambda tensor: tensor.to(self.device)), d.to(self.device), learning_rate)

    def update_crossbar(self, x, d, learning_rate):
        """Update the weights in the crossbar by pulses, `W <- W - learning_rate d x^T`, without any scales."""
        with kernel_context(self.device):
            update_weights(self.devices, as_vectors(x), as_vectors(d), learning_rate, self.update_parameters,
                           self.next_stream(), multiply=multiply)

    def update(self, x_input, d_input):
        """Update the weights with inputs [..., in] and gradients [..., out] of the logical output."""
        if self.analog_bias:
            x_input = torch.cat([x_input, x_input.new_ones(*x_input.shape[:-1], 1)], dim=-1)
        if self.mapping_scales is not None:
            d_input = d_input * self.mapping_scales
        self.update_columns(x_input.reshape(-1, x_input.shape[-1], 1), d_input.reshape(-1, self.out_size, 1))

    @property
    def update_parameters(self):
        """The parameters of the pulsed update."""
        return self.rpu_config.update

    def get_learning_rate(self):
        """Return the learning rate of the tile."""
        return self.learning_rate

    def set_learning_rate(self, learning_rate):
        """Set the learning rate of the tile, a finite number that is not negative."""
        if not 0 <= learning_rate < float('inf'):
            raise ValueError(f'learning_rate = {learning_rate}: must not be negative or infinite')
        self.learning_rate = float(learning_rate)

    # What happens to the devices besides the update.

    def post_update_step(self):
        """Let the devices age by one training step: diffusion, then decay."""
        device = self.devices.parameters
        if device.requires_diffusion():
            self.diffuse_weights()
        if device.requires_decay():
            self.decay_weights()

    def write_weights(self, combined):
        """Write weights [out, in] (with an analog bias [out, in + 1]) into the crossbar, within the bounds of the devices."""
        with kernel_context(self.device):
            set_weights(self.devices, as_array(combined.contiguous()), self.next_stream())

    @torch.no_grad()
    def program_weights(self, from_reference=True, x_values=None, learning_rate=0.1, max_iter=10_000, tolerance=0.01,
                        w_init=0.01):
        """Write weights with pulses, see `aihwlab.simulator.tiles.programming.program_weights`.

        Args:
            from_reference: aim again at the weights of the last call, if none were set in between; otherwise, and the first
                time, at the present ones.

        Returns:
            The last mean error relative to the largest target weight.
        """
        if self.reference_weights is None or not from_reference:
            self.reference_weights = self.analog_ctx.detach().clone()
        target = self.reference_weights.to(self.device)
        return program_weights(self, target, x_values, learning_rate, max_iter, tolerance, w_init)

    def draw_uniform(self, shape):
        """Draw uniform numbers from the random stream of the tile."""
        with kernel_context(self.device):
            drawn = uniforms(self.next_stream(), Purpose.INITIAL_WEIGHT, shape[0] * shape[1])
        return torch.from_numpy(drawn).reshape(shape).to(self.device)

    def diffuse_weights(self):
        """Let the weights diffuse by one step."""
        with kernel_context(self.device):
            diffuse(self.devices, self.next_stream())

    def decay_weights(self, alpha=1.0):
        """Let the weights decay by one step, `alpha` times as much as the lifetime says."""
        with kernel_context(self.device):
            decay(self.devices, self.next_stream(), alpha)

    def drift_weights(self, delta_t=1.0):
        """Let the devices drift for a time `delta_t`, in the unit of `drift.t_0`."""
        with kernel_context(self.device):
            drift(self.devices, self.next_stream(), delta_t)

    def reset_columns(self, start_column_idx=0, num_columns=1, reset_prob=1.0):
        """Reset the devices of some columns (inputs), each with a probability; the range of columns wraps around."""
        with kernel_context(self.device):
            reset_columns(self.devices, self.next_stream(), start_column_idx, num_columns, reset_prob)

    def reset(self, reset_prob=1.0):
        """Reset every device with a probability."""
        self.reset_columns(0, self.devices.visible.shape[1], reset_prob)

    def get_hidden_parameters(self):
        """Return what is fixed or hidden in each device: a dictionary of tensors [out, in], on the CPU."""
        hidden = {name: as_tensor(to_device(array, 'cpu')).clone() for name, array in self.devices.hidden.items()}
        if self.devices.persistent is not self.devices.visible:
            hidden['persistent_weights'] = as_tensor(to_device(self.devices.persistent, 'cpu')).clone()
        return hidden

    def set_hidden_parameters(self, hidden):
        """Set the hidden parameters of the devices.

        Raises:
            TileError: if the names differ from those of `get_hidden_parameters`.
        """
        expected = self.get_hidden_parameters()
        if set(hidden) != set(expected):
            raise TileError(f'hidden parameters {sorted(hidden)} do not belong to {self.rpu_config.device.__class__.__name__}: '
                            f'expected {sorted(expected)}')
        arrays = {name: to_device(as_array(torch.as_tensor(value, dtype=torch.float32).cpu().contiguous()), self.device)
                  for name, value in hidden.items()}
        persistent = arrays.pop('persistent_weights', None)
        set_hidden_parameters(self.devices, arrays)
        if persistent is not None:
            self.devices.persistent[...] = persistent

    # Moving, saving and loading.

    def move_arrays(self, device):
        """Move all arrays of the tile to a torch device."""
        self.devices = self.devices.map(lambda array: to_device(array, device))
        for lines in (self.forward_lines, self.backward_lines):
            for name, value in vars(lines).items():
                setattr(lines, name, to_device(value, device))

    def tile_state(self):
        """Return all that a checkpoint needs besides parameters and buffers: tensors, strings and numbers only."""
        return {
            'version': __version__,
            'analog_tile_class': type(self).__name__,
            'rpu_config': to_plain(self.rpu_config),
            'random_stream': {'seed': self.seed, 'operation': self.operation},
            'learning_rate': self.learning_rate,
            'hidden_parameters': self.get_hidden_parameters(),
            'reference_weights': self.reference_weights,
            'ageing': {name: as_tensor(to_device(value, 'cpu')).clone() if hasattr(value, 'dtype') else value
                       for name, value in self.devices.ageing_state().items()},
            'average_input': [self.forward_lines.average, self.backward_lines.average],
        }

    def load_tile_state(self, state):
        """Take over a saved state: configuration, devices and random stream; the weights follow with the parameters.

        Raises:
            TileError: for a state that lacks an entry, or is that of another class of tiles.
            TileModuleError: for another mapping.
        """
        missing = self.tile_state().keys() - state.keys()
        if missing:
            raise TileError(f'the state of a tile in the checkpoint lacks {", ".join(sorted(missing))}')
        if state['analog_tile_class'] != type(self).__name__:
            raise TileError(f'the checkpoint was made by a {state["analog_tile_class"]}, this tile is a {type(self).__name__}')
        device = self.device
        config = from_plain(state['rpu_config'])
        config.tile_class, config.tile_array_class = self.rpu_config.tile_class, self.rpu_config.tile_array_class
        if not self.rpu_config.mapping.compatible_with(config.mapping):
            raise TileModuleError(f'the checkpoint has another mapping: {config.mapping}, this tile has '
                                  f'{self.rpu_config.mapping}')
        self.rpu_config = config
        self.seed, self.operation = state['random_stream']['seed'], state['random_stream']['operation']
        self.learning_rate = state['learning_rate']
        self.reference_weights = state['reference_weights']
        self.build()
        self.move_arrays(device)
        self.link_context()
        self.set_hidden_parameters(state['hidden_parameters'])
        self.devices.load_ageing_state({name: to_device(as_array(value), device) if torch.is_tensor(value) else value
                                        for name, value in state['ageing'].items()})
        self.forward_lines.average, self.backward_lines.average = state['average_input']
