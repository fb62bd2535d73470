"""The update of a weight matrix: `W <- W - lr d x^T` on average, made of pulses of fixed size.

    pulse trains -> coincidences -> device steps

Pulses act at the crosspoints where an input and a gradient line fire at the same time.
"""

from types import ModuleType

import numpy as np

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.converters import are_finite
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.devices.weight_array import WeightArray
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Patches, as_rows
from aihwlab.kernel.pulsed_update import Magnitudes, require_finite_vectors
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters
from aihwlab.parameters.validation import LARGEST

Vectors = Array | Patches
"""Vectors [batch, lines, positions], or the patches of images."""

FLOAT = np.dtype(np.float32)

UNKNOWN: Magnitudes = (None, None)


def update_weights(array: DeviceArray, x: Vectors, d: Array, learning_rate: float, update: UpdateParameters,
                   stream: Stream, engine: Engine = Engine(), largest: Magnitudes = UNKNOWN) -> None:
    """Change the weights of a device array by the pulses of a batch of vectors, one vector after the other.

    The vectors are taken batch element by batch element, and within one in the order of the positions. Each sees the
    weights that the one before left.

    Args:
        array: the devices, changed in place.
        x: inputs, [batch, in, positions], float32, or the patches of images.
        d: gradients at the outputs, [batch, out, positions], float32.
        learning_rate: learning rate; 0 changes nothing.
        update: update parameters.
        stream: random numbers of this operation.
        engine: how to compute.
        largest: the largest magnitude of each vector of both, [batch, positions], if they are known.

    Raises:
        ValueError: for a negative learning rate, shapes that do not belong together, or NaN or infinite values.
    """
    check_vectors(array.visible.shape, x, d, learning_rate)
    if learning_rate == 0:
        return
    stages, counts = engine.stages(d, array), engine.counts
    x = stages.gather(x)
    if update.pulse_type in (PulseType.NONE, PulseType.NONE_WITH_DEVICE):
        finite_magnitudes(x, d, stages, largest)
        subtract_gradient(array, x, d, learning_rate, stream, engine)
        return
    if counts is None or not counts.has_pulses:
        stages.pulsed_update(array, x, d, largest, learning_rate, update, stream)
    else:
        magnitudes = finite_magnitudes(x, d, stages, largest)
        plan = stages.plan_pulses(*magnitudes, learning_rate, array.granularity, update)
        trains = stages.draw_trains(x, d, plan, update, stream)
        met = stages.apply_trains(array, trains, stream)
        counts.count_trains(trains.slots, trains.sent(), met, array.visible.shape)
        counts.count_steps(met)
    if counts is not None:
        counts.updates += d.shape[0] * d.shape[2]


def update_exactly(array: WeightArray, x: Vectors, d: Array, learning_rate: float, stream: Stream,
                   engine: Engine = Engine(), largest: Magnitudes = UNKNOWN) -> None:
    """Change the weights without pulses, `W <- W - lr sum d x^T`; arguments and errors as of `update_weights`."""
    check_vectors(array.visible.shape, x, d, learning_rate)
    if learning_rate > 0:
        stages = engine.stages(d)
        x = stages.gather(x)
        finite_magnitudes(x, d, stages, largest)
        subtract_gradient(array, x, d, learning_rate, stream, engine)


def check_vectors(size: tuple[int, ...], x: Vectors, d: Array, learning_rate: float) -> None:
    """Raise a ValueError for an impossible learning rate, or shapes and types that do not fit weights of a size, (out, in)."""
    if not 0 <= learning_rate <= LARGEST:
        raise ValueError(f'learning_rate = {learning_rate}: must not be negative or above {LARGEST:g}')
    if x.dtype != FLOAT or d.dtype != FLOAT:
        raise ValueError(f'x of type {x.dtype} and d of type {d.dtype}: must be float32')
    out_size, in_size = size
    shape, positions = x.shape, x.shape[2:]
    if len(shape) != 3 or shape[1] != in_size or d.shape != (shape[0], out_size, *positions):
        raise ValueError(f'x of shape {shape} and d of shape {d.shape} do not fit a tile of {out_size} outputs and '
                         f'{in_size} inputs: expected (batch, {in_size}, positions) and (batch, {out_size}, positions)')


def finite_magnitudes(x: Vectors, d: Array, stages: ModuleType, largest: Magnitudes) -> tuple[Array, Array]:
    """Return the largest magnitudes of each input and gradient vector, [vectors]; raise a ValueError if one is not finite."""
    input_max, gradient_max = (stages.abs_max(vectors).reshape(-1) if known is None else known.reshape(-1)
                               for vectors, known in zip((x, d), largest))
    require_finite_vectors(are_finite(input_max) and are_finite(gradient_max))
    return input_max, gradient_max


def subtract_gradient(array: WeightArray, x: Vectors, d: Array, learning_rate: float, stream: Stream,
                      engine: Engine) -> None:
    """Change the weights without pulses, within the bounds of the devices."""
    gradient = engine.multiply(as_rows(d).T, as_rows(x)[None])[0]
    array.persistent -= np.float32(learning_rate) * gradient
    array.clip()
    array.derive_visible(stream)
