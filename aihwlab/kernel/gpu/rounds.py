"""The first round of a product (`aihwlab.kernel.rounds`) on a GPU, which waits for the GPU once, at its end.

What is waited for are two flags: whether all inputs were finite, and whether a vector has hit the bound.
"""

import numpy as np

from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.noise_management import input_scale
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import Extras, Setup, analog_round, require_finite
from aihwlab.parameters.enums import NoiseManagementType


def first_round(setup: Setup, x: Array | Patches, stream: Stream, extras: Extras) -> tuple[Array, Array | None, Array]:
    """Compute the first round of a product, with the full input; see `aihwlab.kernel.rounds.first_round`."""
    io, lines, stages = setup.direction.io, setup.direction.lines, setup.stages
    largest = stages.abs_max(x)
    xp = array_namespace(largest)
    if io.noise_management is NoiseManagementType.AVERAGE_ABS_MAX:
        require_finite(largest)  # before the running mean takes them
    alpha = input_scale(x, io, lines, largest=largest)
    y, hit = analog_round(setup, x, alpha, 1.0, Noise(stream))
    if extras.bias is not None:
        y += extras.bias[:, None]
    y = y if extras.onto is None else stages.scatter(y, *extras.onto)
    if largest.size == 0:
        return y, None, alpha
    is_finite, some_hit = xp.stack((largest.max() < np.inf, hit.any())).tolist()
    if not is_finite:
        require_finite(largest)
    if extras.largest is not None:
        extras.largest[...] = largest
    return y, hit if some_hit else None, alpha
