"""The update of one tile for every pulsed device, beside constant steps and ideal devices."""

from linear_tile import inputs_and_gradients, square_tile
from measuring import Row, interleaved

from aihwlab.simulator.configs import devices

SIZE = 256
NAMES = ['ConstantStep', 'LinearStep', 'SoftBounds', 'SoftBoundsPmax', 'SoftBoundsReference', 'ExpStep', 'PowStep',
         'PowStepReference', 'PiecewiseStep']


def update(name):
    """Return a function that updates a tile of these devices."""
    tile, (x, d) = square_tile(SIZE, getattr(devices, f'{name}Device')()), inputs_and_gradients(SIZE)
    return lambda: tile.update(x, d)


def rows(rounds):
    """Measure all devices in turns."""
    times = interleaved({name: update(name) for name in [*NAMES, 'Ideal']}, rounds)
    for name in NAMES:
        yield Row(f'update, {SIZE} x {SIZE} devices, 1 thread', name, None, times[name], 's',
                  {other: times[other] for other in ('ConstantStep', 'Ideal') if other != name})
