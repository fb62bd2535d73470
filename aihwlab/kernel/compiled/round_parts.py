"""What stands before and behind a crossbar, for the rounds that compiled code computes in one call."""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.converters import SINGLE, Converter, OutputNoise
from aihwlab.kernel.patches import Geometry
from aihwlab.kernel.random import Address
from aihwlab.kernel.rounds import Images

ZERO, ONE, INFINITE = np.float32(0), np.float32(1), np.float32(np.inf)
NONE = np.uint64(0)
NOT_FINITE, HIT = 1, 2


class Frame(NamedTuple):
    """What follows from the shapes of the arrays of a product.

    Attributes:
        image, geometry, onto: by which it is known whether they are still the same.
        vectors: shape of the vectors, (batch, in, positions).
        layout: of the vectors in their array; None if they lie side by side.
        target: layout of the images that outputs are added up to, one without channels if there are none.
    """

    image: tuple[int, ...]
    geometry: Geometry | None
    onto: Images | None
    vectors: tuple[int, int, int]
    layout: tuple[int, ...] | None
    target: tuple[int, ...]


class Input(NamedTuple):
    """What stands before the crossbar: the DAC; the largest scale of a vector or, instead of scales that follow from the
    magnitudes, the scales of all vectors; and where the largest magnitudes are written."""

    dac: Any
    largest_scale: Any
    scale: Any
    largest: Any


class Output(NamedTuple):
    """What stands behind the crossbar: the ADC, its noise, the factor of all outputs, and their bias, empty without one."""

    adc: Any
    noise: Any
    out_scale: Any
    bias: Any


class Vectors(NamedTuple):
    """Vectors, or images of which they are the patches; a layout without channels says that they are no patches."""

    image: Any
    layout: Any


class Found(NamedTuple):
    """What a round finds out: which vectors have hit the bound; and for each image whether one has, or is not finite."""

    hit: Any
    status: Any


# Numba takes a microsecond to recognise a named tuple, and next to nothing for a plain one. So Python hands over plain
# ones, in the order of the fields, and compiled code gives them their names.


@jit(inline=True)
def named_input(source):
    """Return an input of a plain tuple."""
    return Input(Converter(*source[0]), source[1], source[2], source[3])


@jit(inline=True)
def named_output(output):
    """Return an output of a plain tuple, whose noise is drawn while it is needed."""
    converter, std, address, out_scale, bias = output
    return Output(Converter(*converter), OutputNoise(std, bias[:0], bias[:0], Address(*address)), out_scale, bias)


@jit(inline=True)
def all_of(status):
    """Return the status of all images or vectors together."""
    together = 0
    for one in status:
        together |= one
    return together


@jit(inline=True)
def status_of(largest, b, positions):
    """Return whether one of the magnitudes of an image is not finite."""
    is_finite = True
    for p in range(b * positions, (b + SINGLE) * positions):
        is_finite &= largest[p] < INFINITE
    return 0 if is_finite else NOT_FINITE
