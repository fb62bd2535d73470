"""The product on a tile whose cells were programmed: how far it is off, and whether a better converter would help."""

from typing import NamedTuple

import numpy as np

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.conductance.pcm_noise import pcm_noise
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.mvm import analog_mvm
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import Direction
from aihwlab.parameters.enums import BoundManagementType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.weights import WeightModifierParameter
from aihwlab.physics.converters import relative_error

OUTPUTS, VECTORS = 32, 24
"""Outputs of the tile, and the number of vectors that are multiplied."""

WEIGHT_SPREAD = 0.3
"""Standard deviation of the weights, relative to the largest."""

ADC_BITS = np.arange(2, 13)
"""Resolutions of the ADC for which the error is computed."""


class Products(NamedTuple):
    """Exact and analog products.

    Attributes:
        exact, analog: outputs, [vectors, outputs].
        errors: relative error for each resolution in `ADC_BITS`.
        adc_bits, adc_range: converter of `analog`.
        spread: standard deviation of exact products, over all seeds.
    """

    exact: np.ndarray
    analog: np.ndarray
    errors: np.ndarray
    adc_bits: int
    adc_range: float
    spread: float

    @property
    def error(self) -> float:
        """Relative error of the analog products."""
        return relative_error(self.exact, self.analog)


def products(dac_bits: int, adc_bits: int, noise: float, programming: float, time: float, inputs: int, adc_range: float,
             wires: float, seed: int) -> Products:
    """Return exact and analog products of a random tile of phase-change memory.

    The vectors have entries between -1 and 1, the weights are normal, cut off at -1 and 1.

    Args:
        dac_bits, adc_bits: resolution of the converters.
        noise: standard deviation of the outputs; 1 is the current of one input and one weight that are both largest.
        programming: factor of the programming and read noise of the cells; 1 as measured.
        time: since the cells were programmed, s.
        inputs: number of inputs of the tile.
        adc_range: largest output that the ADC can convert.
        wires: strength of the voltage drop on the wires (`IOParameters.ir_drop`).
        seed: of weights, inputs and noise.
    """
    rng = np.random.default_rng(seed)
    weights = np.clip(rng.normal(0, WEIGHT_SPREAD, (OUTPUTS, inputs)), -1, 1).astype(np.float32)
    x = rng.uniform(-1, 1, (VECTORS, inputs, 1)).astype(np.float32)
    modifier = WeightModifierParameter(std_dev=programming, pcm_t_inference=time)
    programmed = pcm_noise(weights, modifier, 1.0, Stream(seed, 0)).astype(np.float32)

    io = IOParameters(inp_res=resolution(dac_bits), out_noise=noise, out_bound=adc_range, ir_drop=wires,
                      bound_management=BoundManagementType.NONE)
    direction = Direction(io, draw_lines(io, weights.shape, Stream(seed, 1)))

    def multiply(bits: int) -> np.ndarray:
        io.out_res = resolution(bits)
        return analog_mvm(programmed, x, direction, Stream(seed, 2), Engine(backend='reference'))[:, :, 0]

    exact = x[:, :, 0] @ weights.T
    every = [multiply(int(bits)) for bits in ADC_BITS]
    errors = np.array([relative_error(exact, one) for one in every])
    return Products(exact, every[adc_bits - ADC_BITS[0]], errors, adc_bits, adc_range, WEIGHT_SPREAD * np.sqrt(inputs / 3))


def resolution(bits: int) -> float:
    """Return the resolution of a converter with `2^bits - 1` levels, as a fraction of its range."""
    return 1 / (2 ** bits - 2)
