"""Weights as phase-change memory would hold them: faults, programming noise, drift variation and read noise.

Source: V. Joshi et al., Nat. Commun. 11, 2473, 2020, doi:10.1038/s41467-020-16108-9; S. Nandakumar et al., ICECS 2019,
doi:10.1109/ICECS46596.2019.8964852.
"""

import numpy as np

from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.random import Purpose, normals, uniforms

PROGRAMMING = 0.26348, 1.9650, -1.1731
"""Programming noise `c_0 + c_1 a + c_2 a^2` in uS, with the target conductance `a` relative to g_max."""

READ_PULSE = 250e-9
"""Length of the read-out, in s."""


def pcm_noise(weights, modifier, largest, stream):
    """Return weights after a life as conductances of phase-change memory, [out, in].

    A weight w becomes the conductance `G = w g_max / m`, limited by g_max. Conductances below `pcm_zero_thres` programming
    deviations become zero; some devices are stuck at zero, at +-g_max or at a random conductance of their sign. The others
    get programming noise, then, for `t = pcm_t_inference + pcm_t0`, drift `(t / t_0)^-|sigma_nu xi|` (the spread of the drift
    exponent; its mean is left to the drift compensation) and read noise `|G| Q sqrt(ln((t + t_r) / (2 t_r))) xi`. The
    sign of the weight stays.

    Args:
        weights: [out, in].
        modifier: parameters (`aihwlab.simulator.parameters.WeightModifierParameter`).
        largest: the weight `m` of the conductance `g_max`.
        stream: random numbers of this operation.
    """
    p, xp = modifier, array_namespace(weights)

    def draw(distribution, quantity):
        slot = 16 + quantity
        return distribution(stream, Purpose.MODIFIER, weights.size, slot=slot, xp=xp).reshape(weights.shape)

    target = xp.clip(weights, -largest, largest) * np.float32(p.g_max / largest)
    target = xp.where(abs(target) <= p.pcm_zero_thres * p.std_dev * PROGRAMMING[0], 0, target) if p.pcm_zero_thres else target
    magnitude, sign = abs(target), xp.where(weights < 0, np.float32(-1), np.float32(1))
    magnitude = xp.where(draw(uniforms, 0) < p.pcm_prob_at_reset, np.float32(0), magnitude)
    at_largest = draw(uniforms, 1) < p.pcm_prob_at_gmax
    sign = xp.where(at_largest & (draw(uniforms, 2) < 0.5), -sign, sign)
    magnitude = xp.where(at_largest, np.float32(p.g_max), magnitude)
    magnitude = xp.where(draw(uniforms, 3) < p.pcm_prob_at_random, np.float32(p.g_max) * draw(uniforms, 4), magnitude)
    alive = magnitude > 0
    relative = xp.where(alive, magnitude, np.float32(1)) / np.float32(p.g_max)
    spread = p.std_dev * (PROGRAMMING[0] + PROGRAMMING[1] * relative + PROGRAMMING[2] * relative ** 2)
    noisy = abs(magnitude + spread * draw(normals, 5))
    if p.pcm_t_inference > 0:
        time = p.pcm_t_inference + p.pcm_t0
        exponent_spread = xp.clip(-0.0125 * xp.log(relative) - 0.0059, 0.008, 0.045)
        noisy = noisy * (time / p.pcm_t0) ** -abs(exponent_spread * draw(normals, 6))
        strength = xp.minimum(0.0088 / xp.maximum(relative ** 0.65, 1e-3), 0.2)
        accumulated = np.sqrt(np.log((time + READ_PULSE) / (2 * READ_PULSE)))
        noisy = abs(noisy + p.std_dev * noisy * strength * accumulated * draw(normals, 7))
    return sign * xp.where(alive, noisy, np.float32(0)) * (largest / np.float32(p.g_max))
