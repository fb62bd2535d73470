"""The update of one tile for every pulsed device, beside constant steps and ideal devices."""

from linear_tile import square_update
from measuring import Row, interleaved

from aihwlab.simulator.configs import devices

SIZE = 256
NAMES = ['ConstantStep', 'LinearStep', 'SoftBounds', 'SoftBoundsPmax', 'SoftBoundsReference', 'ExpStep', 'PowStep',
         'PowStepReference', 'PiecewiseStep']


def rows(rounds):
    """Measure all devices in turns."""
    kinds = {name: getattr(devices, f'{name}Device')() for name in [*NAMES, 'Ideal']}
    times = interleaved({name: square_update(SIZE, device) for name, device in kinds.items()}, rounds)
    for name in NAMES:
        yield Row(f'update, {SIZE} x {SIZE} devices, 1 thread', name, None, times[name], 's',
                  {other: times[other] for other in ('ConstantStep', 'Ideal') if other != name})
