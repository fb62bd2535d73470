"""Learning a few weights from noisy examples: what each array of the cells does, batch by batch."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.random import Purpose, Stream, uniforms
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.device import Device
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters


class Course(NamedTuple):
    """How the weights of one output have changed; the first entry of each is before the first batch.

    Attributes:
        weights: weights that products see, [1 + batches, in].
        arrays: weights of the arrays of the cells, the one that takes the gradients first, [1 + batches, arrays, in].
        digital: digital numbers beside the cells as they keep them, zeros if they have none: buffers, or a sum of gradients,
            [1 + batches, in].
        signs: sign that choppers give to the gradients of the next vector, [1 + batches, in].
    """

    weights: np.ndarray
    arrays: np.ndarray
    digital: np.ndarray
    signs: np.ndarray


def learn(device: Device, inputs: np.ndarray, target: np.ndarray, noise: float, learning_rate: float,
          seed: int = 1) -> Course:
    """Let cells of one output learn a linear function of their inputs from examples that are off by the noise.

    Each example is too high or too low, at random, so that its gradient is that of the mean and a noise that never ends:

        d = (w - w*) x +- noise        w <- w - learning_rate d x^T, by pulses

    with `w` as it is before the batch. Weights start at zero, or as near to it as the devices can come. Products are exact:
    what goes wrong here is the doing of the cells.

    Example:
        >>> course = learn(SoftBoundsDevice(dw_min=0.02), np.ones((60, 20, 1)), target=np.array([0.5]), noise=1.0,
        ...                learning_rate=0.02)
        >>> course.weights[-1]                            # not 0.5, but near 0.25

    Args:
        device: parameters of the cells, one device or several.
        inputs: the vectors `x` of each batch, [batches, vectors, in].
        target: the weights `w*` that are to be learned, [in].
        noise: how far each example is off.
        learning_rate: of the tile.
        seed: of the devices, their pulses and the noise.

    Raises:
        ConfigError: for impossible parameters of the device.
        ValueError: for inputs and targets that do not belong together, or numbers that are not finite.
    """
    inputs, target = np.asarray(inputs, dtype=np.float32), np.asarray(target, dtype=np.float32)
    if inputs.ndim != 3 or inputs.size == 0 or target.shape != inputs.shape[2:]:
        raise ValueError(f'inputs of shape {inputs.shape} and target of shape {target.shape}: must be [batches, vectors, in] '
                         'and [in]')
    for name, value in (('inputs', inputs), ('target', target), ('noise', noise)):
        if not np.isfinite(value).all():
            raise ValueError(f'{name} = {value}: must be finite')
    device.validate()
    exact = IOParameters(is_perfect=True)
    tile = Tile((1, len(target)), TileParameters(device, exact, exact, UpdateParameters()), seed)
    tile.write(np.zeros(tile.shape, dtype=np.float32))
    draws = uniforms(Stream(seed, 0), Purpose.TEST_INPUT, inputs.shape[0] * inputs.shape[1])
    errors = np.where(draws < 0.5, np.float32(-noise), np.float32(noise)).reshape(inputs.shape[:2])
    course = [seen(tile)]
    for x, error in zip(inputs, errors):
        gradients = x @ (tile.weights[0] - target) + error
        tile.update(x[:, :, None], gradients[:, None, None], learning_rate)
        course.append(seen(tile))
    return Course(*map(np.stack, zip(*course)))


def seen(tile: Tile) -> tuple[np.ndarray, ...]:
    """Return what a `Course` holds of one moment."""
    cells, ones = tile.cells, np.ones(tile.shape, dtype=np.float32)
    hidden, registers = cells.hidden(), cells.state().get('registers', {})
    arrays = [hidden[name] for name in sorted(hidden) if name.startswith('hidden_weights_') and name[-1].isdigit()]
    digital = first(hidden, 'buffered_FP_weight_0', 'hidden_weights_chi', otherwise=0 * ones)
    signs = registers.get('slice_choppers', 1) * registers.get('line_choppers', 1) * ones
    return cells.weights[0].copy(), np.concatenate(arrays or [cells.weights]), digital[0].copy(), signs[0]


def first(values: Mapping[str, Any], *names: str, otherwise: Any) -> Any:
    """Return the first value that there is."""
    return next((values[name] for name in names if name in values), otherwise)
