"""What it costs that the bound management computes again: every vector saturates, half of them, or none."""

import torch
from linear_tile import BATCH, square_tile
from measuring import Row, interleaved

from aihwlab.simulator.configs.devices import IdealDevice
from aihwlab.simulator.parameters.enums import BoundManagementType

SIZE = 256


def forward(management, saturated):
    """Return a function that sends vectors through a tile, of which a fraction hits the bound until divided by 8."""
    tile = square_tile(SIZE, IdealDevice())
    tile.set_weights(torch.full((SIZE, SIZE), 0.3))
    tile.rpu_config.forward.bound_management = management
    signs = torch.ones(BATCH, SIZE, 1)
    signs[int(saturated * BATCH):, ::2] = -1
    x = signs * (0.9 + 0.1 * torch.rand(BATCH, SIZE, 1))
    return lambda: tile.forward_crossbar(x)


def rows(rounds):
    """Measure three kinds of inputs, each with and without bound management."""
    cases = {'no vector saturates': 0.0, 'half of the vectors saturate': 0.5, 'all vectors saturate (4 products)': 1.0}
    for case, saturated in cases.items():
        times = interleaved({kind: forward(BoundManagementType[kind], saturated) for kind in ('ITERATIVE', 'NONE')}, rounds)
        yield Row(f'bound management, {SIZE} x {SIZE}, 1 thread', f'ITERATIVE, {case}', None, times['ITERATIVE'], 's',
                  {'NONE': times['NONE']})
