"""What a training pass may see instead of the stored weights: coarser, noisier or partly missing ones.

Literature: M. Rasch et al., Nat. Commun. 14, 5282, 2023, doi:10.1038/s41467-023-40770-4.
"""

import numpy as np

from aihwlab.kernel.conductance.pcm_noise import pcm_noise
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals, uniforms
from aihwlab.parameters.enums import WeightModifierType
from aihwlab.parameters.weights import WeightModifierParameter


def modify_weights(weights: Array, modifier: WeightModifierParameter, stream: Stream) -> Array:
    """Return modified weights; `m` is the largest absolute weight, or `assumed_wmax`, and `xi` a standard normal number.

    - DISCRETIZE: `m res round(w / (m res))`
    - MULT_NORMAL: `w + std_dev m w xi`, ADD_NORMAL: `w + std_dev m xi`, DISCRETIZE_ADD_NORMAL: both of its names
    - DOREFA: `res round(c tanh(w) / res)`, `c = dorefa_clip / tanh(m)`
    - POLY: `w + std_dev m p(|w| / m) xi`, `p(a) = sum_k coeffs_k a^k`; PROG_NOISE: the same with `std_dev / g_max`, the
      result reflected at zero so that the sign stays
    - PCM_NOISE: programming, drift variation and read noise of phase-change memory (`pcm_noise`)
    - DROP_CONNECT, NONE, COPY: nothing but what `pdrop` does

    Whatever the type, each weight is then set to zero with probability `pdrop`. Rounding is half away from zero, or
    stochastic with `sto_round`.

    Args:
        weights: [out, in], not changed.
        modifier: parameters (`WeightModifierParameter`).
        stream: random numbers of this operation.

    Raises:
        ValueError: for NaN or infinite weights.
    """
    xp = array_namespace(weights)
    if not xp.isfinite(weights).all():
        raise ValueError('weights contain NaN or infinite values: must be numbers')
    counted = weights[:, :-1] if modifier.copy_last_column else weights
    largest = float(abs(counted).max()) if modifier.rel_to_actual_wmax and counted.size else 0.0
    largest = np.float32((largest or 1.0) if modifier.rel_to_actual_wmax else modifier.assumed_wmax)
    rule = RULES.get(modifier.type)
    modified = weights.copy() if rule is None else rule(weights, modifier, largest, stream).astype(np.float32)
    if modifier.pdrop > 0:
        drawn = uniforms(stream, Purpose.MODIFIER, weights.size, series=DROP, xp=xp).reshape(weights.shape)
        modified = xp.where(drawn < np.float32(modifier.pdrop), np.float32(0), modified)
    if modifier.copy_last_column:
        modified[:, -1] = weights[:, -1]
    return modified


NOISE, ROUNDING, DROP = 0, 1, 2


def _discretize(weights, modifier, largest, stream):
    return _rounded(weights / largest, modifier, stream) * largest


def _mult_normal(weights, modifier, largest, stream):
    return weights + np.float32(modifier.std_dev) * largest * weights * _noise(weights, stream)


def _add_normal(weights, modifier, largest, stream):
    return weights + np.float32(modifier.std_dev) * largest * _noise(weights, stream)


def _discretize_add_normal(weights, modifier, largest, stream):
    return _add_normal(_discretize(weights, modifier, largest, stream), modifier, largest, stream)


def _dorefa(weights, modifier, largest, stream):
    xp = array_namespace(weights)
    return _rounded(np.float32(modifier.dorefa_clip / np.tanh(largest)) * xp.tanh(weights), modifier, stream)


def _poly(weights, modifier, largest, stream):
    return weights + np.float32(modifier.std_dev) * largest * _polynomial(weights, modifier, largest) * _noise(weights, stream)


def _prog_noise(weights, modifier, largest, stream):
    xp = array_namespace(weights)
    noise = _polynomial(weights, modifier, largest) * _noise(weights, stream)
    noisy = abs(weights + np.float32(modifier.std_dev / modifier.g_max) * largest * noise)
    return xp.where(weights < 0, -noisy, noisy)


RULES = {
    WeightModifierType.DISCRETIZE: _discretize,
    WeightModifierType.MULT_NORMAL: _mult_normal,
    WeightModifierType.ADD_NORMAL: _add_normal,
    WeightModifierType.DISCRETIZE_ADD_NORMAL: _discretize_add_normal,
    WeightModifierType.DOREFA: _dorefa,
    WeightModifierType.POLY: _poly,
    WeightModifierType.PROG_NOISE: _prog_noise,
    WeightModifierType.PCM_NOISE: pcm_noise,
}


def _noise(weights, stream):
    xp = array_namespace(weights)
    return normals(stream, Purpose.MODIFIER, weights.size, series=NOISE, xp=xp).reshape(weights.shape)


def _polynomial(weights, modifier, largest):
    relative = abs(weights) / largest
    return sum(np.float32(coefficient) * relative ** power for power, coefficient in enumerate(modifier.coeffs))


def _rounded(values, modifier, stream):
    """Round to multiples of `res`, half away from zero or stochastically; not at all for `res <= 0`."""
    if modifier.res <= 0:
        return values
    xp = array_namespace(values)
    steps = values / np.float32(modifier.res)
    if modifier.sto_round:
        drawn = uniforms(stream, Purpose.MODIFIER, values.size, series=ROUNDING, xp=xp).reshape(values.shape)
        steps = steps + (drawn - np.float32(0.5))
    return xp.copysign(xp.floor(abs(steps) + np.float32(0.5)), steps) * np.float32(modifier.res)
