"""One pulse on each of many devices."""

import numpy as np

from aihwlab.kernel.namespace import array_namespace


def apply_pulses(array, e, up, noise, write_noise):
    """Give one pulse to each of the crosspoints `e`: the step of its law, then its bounds, then write noise.

    Args:
        array: the devices, changed in place.
        e: crosspoints, all different, as numbers in the flat array [out * in].
        up: whether each pulse goes up, or whether all of them do.
        noise, write_noise: standard normal numbers, float32, one of each for each pulse.
    """
    xp = array_namespace(array.visible)
    persistent, law = array.persistent.reshape(-1), array.law
    weight = persistent[e]

    def moved(up):
        if up:
            return weight + law.step(weight, noise, array.up, e, array.up_shared)
        return weight - law.step(weight, noise, array.down, e, array.down_shared)

    weight = moved(up) if isinstance(up, bool) else xp.where(up, moved(True), moved(False))
    weight = xp.minimum(xp.maximum(weight, array.lower[e]), array.upper[e])
    persistent[e] = weight
    if array.persistent is array.visible:
        return
    if array.reference is not None:
        weight = weight - array.reference[e]
    array.visible.reshape(-1)[e] = weight + np.float32(array.write_noise) * write_noise
