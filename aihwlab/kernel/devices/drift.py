"""Drift of training devices: a power law in the time since a weight was last changed."""

import numpy as np

from aihwlab.kernel.devices.weight_array import WeightArray
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals
from aihwlab.parameters.validation import LARGEST, require


def drift(array: WeightArray, stream: Stream, delta_t: float = 1.0) -> None:
    """Let the devices drift for a time: `w = w_0 t^-nu`, with the time `t` in units of `t_0`.

    `w_0` and the start of the time are those of the last change of a weight by something else, which a device notices at
    the next call. The exponent is `nu = drift_nu (1 + nu_std xi) - nu_k (ln((w - w_offset) / wg_ratio + g_offset) -
    log_g0)`; what decays is the weight plus `g_offset wg_ratio + w_offset`.

    Source: S. Oh et al., IEEE Electron Device Lett. 40, 1325, 2019, doi:10.1109/LED.2019.2925832.

    Args:
        stream: random numbers of this operation.
        delta_t: time since the last call, in the unit of `drift.t_0`.

    Raises:
        ValueError: for a negative or infinite time, a device that has no parameters of drift, or a conductance whose
            logarithm does not exist.
    """
    require('delta_t', delta_t, float, '[0, inf)')
    p, state, weight = array.parameters.drift, array.drift, array.persistent
    if p is None:
        raise ValueError(f'{type(array.parameters).__name__} does not drift: must be a device with the parameter drift')
    xp = array_namespace(weight)
    nu = exponent(array, stream, weight)
    if state.last is None:
        state.start, state.origin, state.last = xp.zeros_like(weight), weight.copy(), xp.full_like(weight, np.nan)
    changed = ~(abs(weight - state.last) <= p.reset_tol)
    state.start[changed] = state.clock
    state.origin[changed] = weight[changed]
    state.clock += float(delta_t) / p.t_0
    time = xp.maximum(np.float32(state.clock) - state.start, np.float32(1))
    with np.errstate(over='ignore'):
        factor = xp.minimum(time ** -nu, np.float32(LARGEST))  # a growth without end stops at the bounds of the devices
    offset = p.g_offset * p.wg_ratio + p.w_offset
    drifted = state.origin * factor
    if abs(offset) >= p.reset_tol:
        drifted += np.float32(offset) * (factor - 1)
    weight[...] = xp.where(changed, weight, drifted)
    if p.w_noise_std > 0:
        noise = normals(stream, Purpose.DRIFT, weight.size, 1, xp).reshape(weight.shape)
        weight += np.float32(p.w_noise_std) * noise
    array.clip()
    array.derive_visible(stream)
    state.last[...] = weight


def exponent(array: WeightArray, stream: Stream, weight: Array) -> Array:
    """Return the drift exponent of each device at its present weight."""
    p = array.parameters.drift
    xp = array_namespace(weight)
    nu = array.hidden['drift_nu']
    if p.nu_std > 0:
        nu = nu * (1 + np.float32(p.nu_std) * normals(stream, Purpose.DRIFT, weight.size, 0, xp).reshape(weight.shape))
    if p.nu_k != 0:
        conductance = (weight - np.float32(p.w_offset)) / np.float32(p.wg_ratio) + np.float32(p.g_offset)
        if not (conductance > 0).all():
            raise ValueError(f'drift.nu_k = {p.nu_k}: needs positive conductances, (w - w_offset) / wg_ratio + g_offset > 0')
        nu = nu - np.float32(p.nu_k) * (xp.log(conductance) - np.float32(p.log_g0))
    return nu
