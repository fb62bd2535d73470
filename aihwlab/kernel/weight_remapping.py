"""Stretching the weights over the range of the crossbar after an update, with output scales that undo it."""

import numpy as np

from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.parameters.enums import WeightRemapType
from aihwlab.parameters.weights import WeightRemapParameter


def remap_weights(weights: Array, scales: Array, parameters: WeightRemapParameter) -> tuple[Array, Array]:
    """Return weights and scales whose product is that of the given ones.

    LAYERWISE_SYMMETRIC makes the largest weight of the matrix `remapped_wmax`, CHANNELWISE_SYMMETRIC that of each output.
    With `max_scale_range` no new scale exceeds that many times the smallest old one (or `max_scale_ref`, if larger).

    Args:
        weights: [out, in], not changed.
        scales: output scales, [out], not changed.
        parameters: `WeightRemapParameter`.
    """
    xp = array_namespace(weights, scales)
    if parameters.type is WeightRemapType.NONE:
        return weights.copy(), scales.copy()
    largest = abs(weights).max(axis=1)
    if parameters.type is WeightRemapType.LAYERWISE_SYMMETRIC:
        largest = xp.full_like(largest, largest.max())
    factor = xp.where(largest > 0, largest / np.float32(parameters.remapped_wmax), np.float32(1))
    remapped = factor * scales
    if parameters.type is WeightRemapType.CHANNELWISE_SYMMETRIC and parameters.max_scale_range > 0:
        smallest = max(float(scales.min()), 0.0, parameters.max_scale_ref)
        if smallest > 0:
            remapped = xp.minimum(remapped, np.float32(smallest * parameters.max_scale_range))
    return weights * (scales / remapped)[:, None], remapped
