"""Signs of the lines of a crossbar that change between the vectors of an update."""

from typing import NamedTuple

from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.patches import Patches, gather


class Switches(NamedTuple):
    """When signs change, in order.

    Attributes:
        signs: +1 or -1 for each line before the first vector, [lines], float32.
        before: number of vectors before each change, [changes].
        lines: line of each change, [changes].
    """

    signs: Array
    before: Array
    lines: Array

    @property
    def change_nothing(self) -> bool:
        """Whether all signs are and stay positive."""
        return bool(len(self.lines) == 0 and (self.signs > 0).all())


def chop(x: Array | Patches, switches: Switches) -> Array | Patches:
    """Return vectors [batch, lines, positions] with the signs of their lines; as they are if no sign is negative."""
    if switches.change_nothing:
        return x
    vectors = gather(x) * array_namespace(gather(x)).asarray(switches.signs)[:, None]
    for vector, line in zip(switches.before.tolist(), switches.lines.tolist()):
        batch, position = divmod(vector, vectors.shape[2])
        vectors[batch:batch + 1, line, position:] *= -1
        vectors[batch + 1:, line] *= -1
    return vectors
