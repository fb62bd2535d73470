"""One linear tile from 64 x 64 to 2048 x 2048: its three products beside the matrix products that torch needs for them."""

import torch
from measuring import Row, interleaved

from aihwlab.nn import AnalogLinear
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice
from aihwlab.simulator.parameters import MappingParameter, UpdateParameters

SIZES = (64, 128, 256, 512, 1024, 2048)
BATCH = 64
LEARNING_RATE = 0.01


def square_tile(size, device=None, update=None):
    """Return a tile of one piece, whatever its size; by default of devices with constant steps."""
    config = SingleRPUConfig(device=device or ConstantStepDevice(), update=update or UpdateParameters(),
                             mapping=MappingParameter(max_input_size=0, max_output_size=0))
    torch.manual_seed(1)
    tile, = AnalogLinear(size, size, bias=False, rpu_config=config).analog_tiles()
    tile.set_learning_rate(LEARNING_RATE)
    return tile


def inputs_and_gradients(size):
    """Return normal inputs, and gradients a hundred times smaller and as dense: more pulses than most training has."""
    torch.manual_seed(2)
    return torch.randn(BATCH, size), 0.01 * torch.randn(BATCH, size)


def square_update(size, device=None, update=None):
    """Return a function that updates a tile as `square_tile` makes it."""
    tile, (x, d) = square_tile(size, device, update), inputs_and_gradients(size)
    return lambda: tile.update(x, d)


def rows(rounds):
    """Measure forward, backward and update, each beside torch's product."""
    for size in SIZES:
        tile, (x, d) = square_tile(size), inputs_and_gradients(size)
        weight = torch.randn(size, size)
        products = {
            'forward': (lambda: tile.forward_crossbar(x[:, :, None]), lambda: x @ weight.T),
            'backward': (lambda: tile.backward_crossbar(d[:, :, None]), lambda: d @ weight),
            'update': (lambda: tile.update(x, d), lambda: weight.addmm_(d.T, x, alpha=-LEARNING_RATE))}
        for name, (analog, digital) in products.items():
            times = interleaved({'analog': analog, 'torch': digital}, rounds)
            yield Row(f'tile, {BATCH} vectors, 1 thread', name, ('size', size), times['analog'], 's',
                      {'torch': times['torch']})
