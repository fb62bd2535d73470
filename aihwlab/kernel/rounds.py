"""One round of an analog product: DAC, crossbar, ADC. The bound management may need several (`aihwlab.kernel.mvm`)."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.converters import TINY, are_finite
from aihwlab.kernel.crossbar import Multiply, crossbar
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.noise_management import input_scale
from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import AnalogMVType
from aihwlab.parameters.io import IOParameters


@dataclass(eq=False)
class Direction:
    """What stands around a crossbar in one direction.

    Attributes:
        io: converters and noise.
        lines: the output lines.
        backward: whether it is the way back, which has no bound management.
        form: of the last product, which the next one has in most cases.
        plan, frame: what compiled code has worked out of all this, and of the shapes of the last product, and keeps for the
            next one.
    """

    io: IOParameters
    lines: Lines
    backward: bool = False
    form: 'Form | None' = None
    plan: Any = None
    frame: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), 'form': None, 'plan': None, 'frame': None}  # what is kept there belongs to this memory


class Form(NamedTuple):
    """Shapes and types of the arrays of a product, which are checked once.

    Attributes:
        arrays: what is compared.
        vectors: shape of the vectors, (batch, in, positions).
        stages: what computes them.
    """

    arrays: tuple[Any, ...]
    vectors: tuple[int, int, int]
    stages: ModuleType


class Setup(NamedTuple):
    """What all rounds of a product share: the crossbar, what stands around it, and how it is computed."""

    weights: Array
    direction: Direction
    stages: ModuleType
    multiply: Multiply


class Images(NamedTuple):
    """Images [batch, channels, height, width] of which vectors are the patches under a window."""

    shape: tuple[int, ...]
    geometry: Geometry


class Extras(NamedTuple):
    """What a product does in passing, because everything is at hand.

    Attributes:
        bias: numbers to add to the outputs, [out], or None.
        onto: images to which the outputs are added up where their patches lie, or None.
        largest: an array [batch, positions] to take the largest magnitude of each input vector, which an update of the
            weights with the same vectors needs, too; or None.
    """

    bias: Array | None = None
    onto: Images | None = None
    largest: Array | None = None


NO_EXTRAS = Extras()


def first_round(setup: Setup, x: Array | Patches, stream: Stream, extras: Extras) -> tuple[Array, Array | None, Array]:
    """Compute the first round of a product, with the full input.

    Returns:
        The outputs, [batch, out, positions] or images; which vectors have hit the bound, [batch, positions], or None if none
        has; and the scale of each input vector, [batch, positions].

    Raises:
        ValueError: if an input is NaN or infinite.
    """
    io, lines, stages = setup.direction.io, setup.direction.lines, setup.stages
    largest = stages.abs_max(x)
    require_finite(largest)
    if extras.largest is not None:
        extras.largest[...] = largest
    alpha = input_scale(x, io, lines, largest=largest)
    y, hit = analog_round(setup, x, alpha, 1.0, Noise(stream))
    if extras.bias is not None:
        y += extras.bias[:, None]
    return (y if extras.onto is None else stages.scatter(y, *extras.onto)), hit, alpha


def require_finite(magnitudes: Array) -> None:
    """Raise a ValueError if a magnitude of an input vector is NaN or infinite."""
    if not are_finite(magnitudes):
        raise ValueError('NaN or infinite values in the input of an analog product: DAC and ADC have no code for them')


def analog_round(setup: Setup, x: Array | Patches, alpha: Array, beta: float, noise: Noise) -> tuple[Array, Array]:
    """Return the outputs of one round, [batch, out, positions], and which vectors hit the bound, [batch, positions].

    A vector of zeros gives exactly zero: its lines stay off (but forward, input noise makes a current all the same).
    Positive and negative inputs with passes of their own take two, the second with noise of the next series.
    """
    weights, direction, stages, multiply = setup
    io, lines, xp = direction.io, direction.lines, array_namespace(alpha)
    active = alpha >= TINY
    reduction, factor = stages.scales(alpha, beta, io.out_scale, silent=direction.backward or io.inp_noise <= 0)
    voltage = stages.dac(x, reduction, io, noise)
    if io.mv_type is AnalogMVType.ONE_PASS:
        y, hit = stages.adc(crossbar(weights, voltage, io, lines, noise, multiply), factor, io, lines, noise)
        return y, hit & active
    zero, next_noise = np.float32(0), noise._replace(series=noise.series + 1)
    negative = weights if lines.read_asymmetry is None else weights * (1 + lines.read_asymmetry)
    current = crossbar(weights, xp.maximum(voltage, zero), io, lines, noise, multiply)
    negative_current = crossbar(negative, xp.minimum(voltage, zero), io, lines, next_noise, multiply)
    if io.mv_type is AnalogMVType.POS_NEG_SEPARATE:
        y, hit = stages.adc(current + negative_current, factor, io, lines, noise)
        return y, hit & active
    y, hit = stages.adc(current, factor, io, lines, noise)
    y_negative, hit_negative = stages.adc(negative_current, factor, io, lines, next_noise)
    return y + y_negative, (hit | hit_negative) & active
