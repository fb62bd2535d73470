"""Signs of lines that change between vectors (`aihwlab.kernel.choppers`), compiled: one pass over the vectors."""

import numpy as np

from aihwlab.kernel.choppers import Switches
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Patches, gather


def chop(x: Array | Patches, switches: Switches) -> Array | Patches:
    """Return vectors with the signs of their lines; see `aihwlab.kernel.choppers.chop`."""
    if switches.change_nothing:
        return x
    vectors = np.array(gather(x), order='C')
    _chop(vectors, switches.signs.copy(), switches.before, switches.lines)
    return vectors


@jit
def _chop(vectors, signs, before, lines):
    """Give the vectors of each stretch between two changes their signs, line by line."""
    batch, line_count, positions = vectors.shape
    change = 0
    for b in range(batch):
        start = 0
        while start < positions:
            while change < len(before) and before[change] <= b * positions + start:
                signs[lines[change]] = -signs[lines[change]]
                change += 1
            stop = min(positions, before[change] - b * positions) if change < len(before) else positions
            for line in range(line_count):
                if signs[line] < 0:
                    for position in range(start, stop):
                        vectors[b, line, position] = -vectors[b, line, position]
            start = stop
