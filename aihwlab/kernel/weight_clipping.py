"""Limiting the weights after an update."""

import numpy as np

from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.parameters.enums import WeightClipType
from aihwlab.parameters.weights import WeightClipParameter


def clip_weights(weights: Array, parameters: WeightClipParameter) -> Array:
    """Return the weights limited to +-c.

    - FIXED_VALUE: `c = fixed_value`
    - LAYER_GAUSSIAN: `c = sigma` times the standard deviation of all weights
    - AVERAGE_CHANNEL_MAX: `c` is the mean over the outputs of their largest absolute weight

    A positive `fixed_value` also limits the c of the other types.

    Args:
        weights: [out, in], not changed.
        parameters: `WeightClipParameter`.
    """
    xp = array_namespace(weights)
    if parameters.type is WeightClipType.NONE:
        return weights.copy()
    if parameters.type is WeightClipType.FIXED_VALUE:
        limit = parameters.fixed_value
    elif parameters.type is WeightClipType.LAYER_GAUSSIAN:
        limit = parameters.sigma * float(weights.std(ddof=1))
    else:
        limit = float(abs(weights).max(axis=1).mean())
    if parameters.fixed_value > 0:
        limit = min(limit, parameters.fixed_value)
    return xp.clip(weights, np.float32(-limit), np.float32(limit))
