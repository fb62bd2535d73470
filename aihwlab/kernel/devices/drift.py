"""Drift of training devices: a power law in the time since a weight was last changed."""

import numpy as np

from aihwlab.kernel.devices.weights import clip, show
from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.random import Purpose, normals


def drift(array, stream, delta_t=1.0):
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
    if not 0 <= delta_t < np.inf:
        raise ValueError(f'delta_t = {delta_t}: must not be negative or infinite')
    if not hasattr(array.parameters, 'drift'):
        raise ValueError(f'{type(array.parameters).__name__} does not drift: must be a device with the parameter drift')
    p, weight = array.parameters.drift, array.persistent
    xp = array_namespace(weight)
    if array.drift_last is None:
        array.drift_start, array.drift_origin = xp.zeros_like(weight), weight.copy()
        array.drift_last = xp.full_like(weight, np.nan)
    changed = ~(abs(weight - array.drift_last) <= p.reset_tol)
    array.drift_start[changed] = array.clock
    array.drift_origin[changed] = weight[changed]
    array.clock += float(delta_t) / p.t_0
    time = xp.maximum(np.float32(array.clock) - array.drift_start, np.float32(1))
    factor = time ** -exponent(array, stream, weight)
    offset = getattr(p, 'g_offset', 0.0) * getattr(p, 'wg_ratio', 1.0) + getattr(p, 'w_offset', 0.0)
    drifted = array.drift_origin * factor
    if abs(offset) >= p.reset_tol:
        drifted += np.float32(offset) * (factor - 1)
    weight[...] = xp.where(changed, weight, drifted)
    noise = getattr(p, 'w_noise_std', 0.0)
    if noise > 0:
        weight += np.float32(noise) * normals(stream, Purpose.DRIFT, weight.size, 1, xp).reshape(weight.shape)
    clip(array)
    show(array, stream)
    array.drift_last[...] = weight


def exponent(array, stream, weight):
    """Return the drift exponent of each device at its present weight."""
    p = array.parameters.drift
    xp = array_namespace(weight)
    nu = array.hidden['drift_nu']
    if getattr(p, 'nu_std', 0.0) > 0:
        nu = nu * (1 + np.float32(p.nu_std) * normals(stream, Purpose.DRIFT, weight.size, 0, xp).reshape(weight.shape))
    if getattr(p, 'nu_k', 0.0) != 0:
        conductance = (weight - np.float32(p.w_offset)) / np.float32(p.wg_ratio) + np.float32(p.g_offset)
        if not (conductance > 0).all():
            raise ValueError(f'drift.nu_k = {p.nu_k}: needs positive conductances, (w - w_offset) / wg_ratio + g_offset > 0')
        nu = nu - np.float32(p.nu_k) * (xp.log(conductance) - np.float32(p.log_g0))
    return nu
