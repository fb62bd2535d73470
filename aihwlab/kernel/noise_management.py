"""Noise management: by what an input vector is divided before the DAC (T. Gokmen, M. Onen, W. Haensch, Front. Neurosci.
11, 538, 2017, doi:10.3389/fnins.2017.00538; M. Rasch, T. Gokmen, W. Haensch, IEEE Design & Test 37, 2020,
doi:10.1109/MDAT.2019.2952341)."""

from types import ModuleType

import numpy as np

from aihwlab.kernel.converters import abs_max, step_width
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.patches import Patches, gather
from aihwlab.parameters.enums import NoiseManagementType
from aihwlab.parameters.io import IOParameters

ASSUMED_MAX_WEIGHT = 0.6
AVERAGE_DECAY = 1e-3


def input_scale(x: Array | Patches, io: IOParameters, lines: Lines, kind: NoiseManagementType | None = None,
                largest: Array | None = None) -> Array:
    """Return the scale of each vector, [batch, positions]; 1 where a vector is not scaled, 0 where it is all zero.

    With `a = max |x_j|` and the threshold `t = nm_thres`:

    - NONE: 1
    - ABS_MAX: `a`, at most `t` if `t > 0`
    - MAX: the same of `max x_j`, for vectors with a positive element; others are not scaled
    - CONSTANT: `t`, or 1 if `t` is not positive
    - AVERAGE_ABS_MAX: running mean `s <- 0.999 s + 0.001 a` over all vectors so far, starting with the first
    - ABS_MAX_NP_SUM: `max(a, c)`, `c = 0.6 max(P, N) / out_bound` with `P` and `-N` the sums of the positive and the negative
      elements; no more than `a max_bm_res / input step`

    Args:
        x: inputs, [batch, in, positions], or patches.
        io: the input/output parameters of the pass.
        lines: state of the direction (holds the running mean, which is updated).
        kind: use this type instead of `io.noise_management`.
        largest: `abs_max(x)` if it is known already.
    """
    xp = array_namespace(x.image if isinstance(x, Patches) else x)
    kind = kind or io.noise_management
    threshold = np.float32(io.nm_thres)
    ones = xp.ones((x.shape[0], x.shape[2]), dtype=np.float32)
    if kind is NoiseManagementType.NONE:
        return ones
    if kind is NoiseManagementType.CONSTANT:
        return ones * threshold if threshold > 0 else ones
    if largest is None:
        largest = abs_max(gather(x))
    limited = xp.minimum(largest, threshold) if threshold > 0 else largest
    if kind is NoiseManagementType.ABS_MAX:
        return limited
    if kind is NoiseManagementType.MAX:
        signed = gather(x).max(axis=1)
        positive = xp.minimum(signed, threshold) if threshold > 0 else signed
        return xp.where(signed > 0, positive, (largest > 0).astype(np.float32))
    if kind is NoiseManagementType.AVERAGE_ABS_MAX:
        return _running_average(largest, lines, xp)
    bound = io.out_bound if 0 < io.out_bound < np.inf else 1.0
    x = gather(x)
    worst = xp.maximum(xp.maximum(x, 0).sum(axis=1), -xp.minimum(x, 0).sum(axis=1))
    cautious = worst * np.float32(ASSUMED_MAX_WEIGHT / bound)
    width = step_width(io.inp_res, io.inp_bound)
    if width > 0:
        cautious = xp.minimum(cautious, limited * np.float32(io.max_bm_res / width))
    return xp.maximum(limited, cautious)


def _running_average(largest: Array, lines: Lines, xp: ModuleType) -> Array:
    """Update the running mean vector by vector and return its value after each."""
    values = np.empty(largest.size)
    average = lines.average
    for number, value in enumerate(largest.ravel().tolist()):
        average = value if average < 0 else (1 - AVERAGE_DECAY) * average + AVERAGE_DECAY * value
        values[number] = average
    lines.average = average
    return xp.asarray(values.reshape(largest.shape), dtype=np.float32)
