"""The update of one tile with pulse trains of one to 127 time slots, beside the usual length that follows the gradient."""

from linear_tile import square_update
from measuring import Row, interleaved

from aihwlab.simulator.parameters import UpdateParameters

SIZE = 256
LENGTHS = (1, 3, 7, 15, 31, 63, 127)


def rows(rounds):
    """Measure all lengths in turns: as long as `desired_bl`, whatever the gradient."""
    usual = 'length by gradient'
    fixed = {length: square_update(SIZE, update=UpdateParameters(desired_bl=length, update_bl_management=False))
             for length in LENGTHS}
    times = interleaved({**fixed, usual: square_update(SIZE)}, rounds)
    for length in LENGTHS:
        yield Row(f'update, {SIZE} x {SIZE} devices, 1 thread', 'trains of fixed length', ('desired_bl', length),
                  times[length], 's', {usual: times[usual]})
