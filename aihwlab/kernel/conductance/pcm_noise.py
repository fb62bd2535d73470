"""Weights as phase-change memory would hold them: faults, programming noise, drift variation and read noise.

The statistics, with their sources, are those of `aihwlab.kernel.conductance.pcm`.
"""

from typing import Any

import numpy as np

from aihwlab.kernel.conductance import pcm
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals, uniforms
from aihwlab.parameters.weights import WeightModifierParameter


def pcm_noise(weights: Array, modifier: WeightModifierParameter, largest: Any, stream: Stream) -> Array:
    """Return weights after a life as conductances of phase-change memory, [out, in].

    A weight w becomes the conductance `G = w g_max / m`, limited by g_max. Conductances below `pcm_zero_thres` programming
    deviations become zero; some devices are stuck at zero, at +-g_max or at a random conductance of their sign. The others
    get programming noise, then, for `t = pcm_t_inference + pcm_t0`, drift `(t / t_0)^-|sigma_nu xi|` (the spread of the drift
    exponent; its mean is left to the drift compensation) and read noise `|G| Q sqrt(ln((t + t_r) / (2 t_r))) xi`. The
    sign of the weight stays.

    Args:
        weights: [out, in].
        modifier: parameters (`aihwlab.parameters.weights.WeightModifierParameter`).
        largest: the weight `m` of the conductance `g_max`.
        stream: random numbers of this operation.
    """
    p, xp = modifier, array_namespace(weights)

    def draw(distribution: Any, quantity: int) -> Array:
        return distribution(stream, Purpose.MODIFIER, weights.size, series=16 + quantity, xp=xp).reshape(weights.shape)

    target = xp.clip(weights, -largest, largest) * np.float32(p.g_max / largest)
    if p.pcm_zero_thres:
        target = xp.where(abs(target) <= p.pcm_zero_thres * p.std_dev * pcm.PROGRAMMING[0], 0, target)
    magnitude, sign = abs(target), xp.where(weights < 0, np.float32(-1), np.float32(1))
    magnitude = xp.where(draw(uniforms, 0) < p.pcm_prob_at_reset, np.float32(0), magnitude)
    at_largest = draw(uniforms, 1) < p.pcm_prob_at_gmax
    sign = xp.where(at_largest & (draw(uniforms, 2) < 0.5), -sign, sign)
    magnitude = xp.where(at_largest, np.float32(p.g_max), magnitude)
    magnitude = xp.where(draw(uniforms, 3) < p.pcm_prob_at_random, np.float32(p.g_max) * draw(uniforms, 4), magnitude)
    alive = magnitude > 0
    relative = xp.where(alive, magnitude, np.float32(1)) / np.float32(p.g_max)
    noisy = abs(magnitude + p.std_dev * pcm.programming_spread(relative) * draw(normals, 5))
    if p.pcm_t_inference > 0:
        time = p.pcm_t_inference + p.pcm_t0
        _, exponent_spread = pcm.drift_exponents(relative)
        noisy = noisy * (time / p.pcm_t0) ** -abs(exponent_spread * draw(normals, 6))
        strength = pcm.noise_strength(relative) * pcm.accumulated_noise(time)
        noisy = abs(noisy + p.std_dev * noisy * strength * draw(normals, 7))
    return sign * xp.where(alive, noisy, np.float32(0)) * (largest / np.float32(p.g_max))
