"""What is drawn once for each device when an array is made: bounds, steps, and how it ages."""

from types import ModuleType
from typing import Any
from zlib import crc32

import numpy as np

from aihwlab.kernel.laws.arithmetic import halves
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals, uniforms
from aihwlab.parameters.device import Device
from aihwlab.parameters.pulsed_device import PulsedDevice

QUANTITIES = ('max_bound', 'min_bound', 'gain', 'difference', 'corrupt', 'stuck_at', 'diffusion', 'reset', 'lifetime', 'drift',
              'gamma_up', 'gamma_down', 'slope_up', 'slope_down', 'reference', 'gamma', 'gamma_difference')
"""Each has random numbers of its own, so that one spread does not change what another draws."""

OF_OTHER_LAWS = 2 ** 31
"""From here on series are numbered by the names of quantities that are not listed above: those of a user's own laws."""


class Draws:
    """The random numbers of the construction of an array, [out, in] for each quantity.

    A construction seed other than 0 takes the place of the tile's seed, so that arrays can be made alike.
    """

    def __init__(self, parameters: Device, shape: tuple[int, int], stream: Stream, xp: ModuleType = np) -> None:
        seed = parameters.construction_seed
        self.stream = Stream(seed, 0, stream.path) if seed else stream
        self.shape, self.xp = shape, xp

    def __call__(self, quantity: str, distribution: Any = normals) -> Array:
        """Return the numbers of a quantity, standard normal unless another distribution is given."""
        known = quantity in QUANTITIES
        series = QUANTITIES.index(quantity) if known else OF_OTHER_LAWS | crc32(quantity.encode())
        count = self.shape[0] * self.shape[1]
        return distribution(self.stream, Purpose.CONSTRUCTION, count, series, self.xp).reshape(self.shape)


def draw_common(parameters: PulsedDevice, draw: Draws) -> dict[str, Array]:
    """Draw what all pulsed devices have: bounds and step sizes.

        max_bound = w_max (1 + w_max_dtod xi),  min_bound likewise
        dwmin_up, dwmin_down = dw_min (min(+-up_down, 0) + gain +- up_down_dtod xi'),  gain = 1 + dw_min_dtod xi''

    Returns:
        The hidden parameters by name, float32 arrays [out, in].
    """
    p = parameters
    upper = p.w_max * (1 + p.w_max_dtod * draw('max_bound'))
    lower = p.w_min * (1 + p.w_min_dtod * draw('min_bound'))
    xp = array_namespace(upper)
    spread = p.dw_min_dtod * draw('gain')
    gain = xp.exp(spread) if p.dw_min_dtod_log_normal else 1 + spread
    up, down = halves(p.up_down, gain, p.up_down_dtod * draw('difference'))
    up, down = up * p.dw_min, down * p.dw_min
    low, high = xp.minimum(upper, lower), xp.maximum(upper, lower)
    if p.enforce_consistency:
        up, down = abs(up), abs(down)
        upper, lower = abs(high), -abs(low)
    else:
        middle = (upper + lower) / 2
        upper, lower = xp.where(lower > upper, middle, upper), xp.where(lower > upper, middle, lower)
    if p.corrupt_devices_prob > 0:
        corrupt = draw('corrupt', uniforms) < p.corrupt_devices_prob
        low = xp.maximum(xp.minimum(upper, lower), -p.corrupt_devices_range)
        high = xp.minimum(xp.maximum(upper, lower), p.corrupt_devices_range)
        stuck = low + (high - low) * draw('stuck_at', uniforms)
        upper, lower = xp.where(corrupt, stuck, upper), xp.where(corrupt, stuck, lower)
        up, down = xp.where(corrupt, 0, up), xp.where(corrupt, 0, down)
    hidden = {'max_bound': upper, 'min_bound': lower, 'dwmin_up': up, 'dwmin_down': down}
    if p.perfect_bias:
        for name, value in (('max_bound', 100 * p.w_max), ('min_bound', 100 * p.w_min), ('dwmin_up', p.dw_min),
                            ('dwmin_down', p.dw_min)):
            hidden[name][:, -1] = value
    return hidden


def draw_ageing(parameters: Device, draw: Draws) -> dict[str, Array]:
    """Draw how devices change without pulses: decay, diffusion, reset and drift.

        decay_scales = 1 - 1 / (lifetime (1 + lifetime_dtod xi)),  diffusion_rates = |diffusion (1 + diffusion_dtod xi)|
        reset_bias = reset + reset_dtod xi,                        drift_nu = nu (1 + nu_dtod xi)

    Returns:
        The hidden parameters by name, float32 arrays [out, in].
    """
    p, xp = parameters, draw.xp

    def varied(quantity: str, mean: float, deviation: float) -> Array:
        value = xp.full(draw.shape, mean, dtype=np.float32)
        return value + np.float32(deviation) * draw(quantity) if deviation else value

    life = varied('lifetime', p.lifetime, p.lifetime * p.lifetime_dtod)
    long = life > 1
    scale = xp.where(long, 1 - 1 / xp.where(long, life, np.float32(1)), np.float32(0))
    nu, nu_spread = (p.drift.nu, p.drift.nu * p.drift.nu_dtod) if p.drift else (0.0, 0.0)
    return {
        'decay_scales': scale if p.lifetime > 0 else xp.ones_like(life),
        'diffusion_rates': abs(varied('diffusion', p.diffusion, p.diffusion * p.diffusion_dtod)),
        'reset_bias': varied('reset', p.reset, p.reset_dtod),
        'drift_nu': varied('drift', nu, nu_spread),
    }
