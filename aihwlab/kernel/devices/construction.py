"""What is drawn once for each device when an array is made: bounds, steps, and how it ages."""

import numpy as np

from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals, uniforms

QUANTITIES = ('max_bound', 'min_bound', 'gain', 'difference', 'corrupt', 'stuck_at', 'diffusion', 'reset', 'lifetime', 'drift',
              'gamma_up', 'gamma_down', 'slope_up', 'slope_down', 'reference', 'gamma', 'gamma_difference')
"""Each has random numbers of its own, so that one spread does not change what another draws."""


class Draws:
    """The random numbers of the construction of an array, [out, in] for each quantity.

    A construction seed other than 0 takes the place of the tile's seed, so that arrays can be made alike.
    """

    def __init__(self, parameters, shape, stream, xp=np):
        seed = getattr(parameters, 'construction_seed', 0)
        self.stream = Stream(seed, 0) if seed else stream
        self.shape, self.xp = shape, xp

    def __call__(self, quantity, distribution=normals):
        """Return the numbers of a quantity, standard normal unless another distribution is given."""
        count, slot = self.shape[0] * self.shape[1], QUANTITIES.index(quantity)
        return distribution(self.stream, Purpose.CONSTRUCTION, count, slot, self.xp).reshape(self.shape)


def halves(difference, gain, spread):
    """Return `min(difference, 0) + gain + spread` and `min(-difference, 0) + gain - spread`: relative sizes up and down."""
    return min(difference, 0.0) + gain + spread, min(-difference, 0.0) + gain - spread


def draw_common(parameters, draw):
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


def draw_ageing(parameters, draw):
    """Draw how devices change without pulses: decay, diffusion, reset and drift.

        decay_scales = 1 - 1 / (lifetime (1 + lifetime_dtod xi)),  diffusion_rates = |diffusion (1 + diffusion_dtod xi)|
        reset_bias = reset + reset_dtod xi,                        drift_nu = nu (1 + nu_dtod xi)

    Ideal devices have fewer of these parameters; what is missing is 0.

    Returns:
        The hidden parameters by name, float32 arrays [out, in].
    """
    def parameter(name):
        return getattr(parameters, name, 0.0)

    def varied(quantity, mean, deviation):
        xp = draw.xp
        value = xp.full(draw.shape, mean, dtype=np.float32)
        return value + np.float32(deviation) * draw(quantity) if deviation else value

    life = varied('lifetime', parameter('lifetime'), parameter('lifetime') * parameter('lifetime_dtod'))
    long = life > 1
    scale = draw.xp.where(long, 1 - 1 / draw.xp.where(long, life, np.float32(1)), np.float32(0))
    diffusion = parameter('diffusion')
    drift = getattr(parameters, 'drift', None)
    nu = drift.nu if drift else 0.0
    return {
        'decay_scales': scale if parameter('lifetime') > 0 else draw.xp.ones_like(life),
        'diffusion_rates': abs(varied('diffusion', diffusion, diffusion * parameter('diffusion_dtod'))),
        'reset_bias': varied('reset', parameter('reset'), parameter('reset_dtod')),
        'drift_nu': varied('drift', nu, nu * getattr(drift, 'nu_dtod', 0.0)),
    }
