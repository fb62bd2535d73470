"""A LeNet5 on a chip of phase-change memory: programmed once, and read at any age, fast enough to follow a slider.

The same equations as in the tiles of `aihwlab.simulator` (`aihwlab.kernel.conductance`), but all random numbers are drawn once
for a chip and kept: a factor on a noise scales what has been drawn, so that what changes in a picture is what was changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from aihwlab.kernel.conductance import pcm
from aihwlab.kernel.conductance.ageing import drifted
from aihwlab.kernel.conductance.pairs import to_conductances, to_weights
from aihwlab.kernel.converters import step_width
from aihwlab.kernel.random import Purpose, Stream, normals
from aihwlab.physics.arguments import count, not_negative
from aihwlab.physics.tile_product import resolution

DAC_BITS = 7
"""Resolution of the inputs of each tile, which lie in [-1, 1]."""

OUTPUT_NOISE = 0.06
"""Standard deviation of an output; 1 is the current of one input and one weight that are both largest."""

HEADROOM = 1.2
"""Largest output that the ADC of a tile can convert, relative to the largest that exact weights give for some images."""


Converter = Callable[[np.ndarray], np.ndarray]
"""A function that converts inputs or outputs."""


class Layer(NamedTuple):
    """Weights [out, in] and bias [out] of a layer; a convolution has one input for each element of its window."""

    weights: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Age:
    """A chip at some age, with more or less of each flaw.

    Attributes:
        time: since programming, s.
        programming: factor on the programming noise; 1 as measured.
        spread: factor on how much drift exponents differ.
        reading: factor on the read noise.
        adc_bits: resolution of the outputs.
        compensated: whether outputs are multiplied by a factor that undoes the mean drift.
    """

    time: float = 0.0
    programming: float = 1.0
    spread: float = 1.0
    reading: float = 1.0
    adc_bits: int = 9
    compensated: bool = True

    def __post_init__(self) -> None:
        for name in ('time', 'programming', 'spread', 'reading'):
            not_negative(name, getattr(self, name))
        count('adc_bits', self.adc_bits)


class Tile:
    """A crossbar with pairs of cells, programmed once.

        programmed  G_P = max(G_T + a sigma xi, 0)
        drifted     G_D = G_P (t / t_0)^-nu,   nu = |mu + b s xi|
        read        G   = max(G_D (1 + c Q sqrt(ln((t + t_read) / (2 t_read))) xi), 0)

    with the factors a, b, c of an `Age`, and the curves of `aihwlab.kernel.conductance.pcm`.

    Args:
        layer: what the tile holds.
        stream: random numbers of this tile.
    """

    def __init__(self, layer: Layer, stream: Stream) -> None:
        pair, self.scale = to_conductances(layer.weights.astype(np.float32), [1.0], 0.0, pcm.G_MAX)
        self.layer, self.targets = layer, np.stack(pair)
        self.largest = float(abs(layer.weights).max())
        self.spread = pcm.programming_spread(self.targets / pcm.G_MAX)
        self.exponents = pcm.drift_exponents(self.targets / pcm.G_MAX)
        self.draws = [normals(stream, purpose, self.targets.size).reshape(self.targets.shape)
                      for purpose in (Purpose.PROGRAMMING, Purpose.DRIFT_EXPONENT, Purpose.READ_NOISE)]

    def programmed(self, factor: float) -> np.ndarray:
        """Return the conductances after programming, uS, [2, out, in]."""
        return np.maximum(self.targets + np.float32(factor) * self.spread * self.draws[0], 0)

    def conductances(self, age: Age) -> np.ndarray:
        """Return the conductances that are read at an age, uS, [2, out, in]."""
        programmed, (mean, spread) = self.programmed(age.programming), self.exponents
        exponents = abs(mean + np.float32(age.spread) * spread * self.draws[1])
        time = age.time + pcm.START
        aged = drifted(programmed, exponents, np.float32(time), np.float32(pcm.START))
        strength = age.reading * float(pcm.accumulated_noise(time)) * pcm.noise_strength(programmed / pcm.G_MAX)
        return np.maximum(aged * (1 + strength.astype(np.float32) * self.draws[2]), 0)

    def weights(self, age: Age) -> tuple[np.ndarray, float]:
        """Return the weights that products see at an age, [out, in], and the factor that undoes their mean drift."""
        seen, first = (to_weights(list(pair), [1.0], self.scale) for pair in (self.conductances(age),
                                                                              self.programmed(age.programming)))
        return seen, float(abs(first).mean() / abs(seen).mean()) if age.compensated else 1.0


class ProgrammedLeNet5:
    """LeNet5 with 16 and 32 maps on four tiles (`aihwlab.models.lenet5`); everything but the products is digital and exact.

    Left out, beside what the tiles of `aihwlab.simulator` leave out: repeated products where an output is cut off, and the
    noise of the readings from which the compensation follows.

    Args:
        layers: weights [out, in] and bias [out] of two convolutions with windows of 5 x 5, then of two fully connected layers.
        images: from 0 to 1, [n, 28, 28], which are read again and again; the ranges of the ADCs are set for them.
        seed: of the chip.
    """

    def __init__(self, layers: Sequence[tuple[np.ndarray, np.ndarray]], images: np.ndarray, seed: int = 1) -> None:
        self.tiles = [Tile(Layer(*layer), Stream(seed, number)) for number, layer in enumerate(layers)]
        self.images, self.seed = np.array(images, np.float32), seed
        self.ranges = [0.0] * len(self.tiles)

        def measured(number: int, vectors: np.ndarray) -> tuple[np.ndarray, Converter]:
            y = self.tiles[number].layer.weights.astype(np.float32) @ vectors
            self.ranges[number] = HEADROOM * float(abs(y).max()) / self.tiles[number].largest
            return y, same

        self._network(measured, same)

    @cached_property
    def noise(self) -> list[np.ndarray]:
        """Standard normal numbers for each output of each tile, [out, n * positions]; the same at each age."""
        positions = 576, 64, 1, 1
        shapes = [(len(tile.layer.bias), len(self.images) * each) for tile, each in zip(self.tiles, positions)]
        rng = np.random.default_rng(self.seed)
        return [rng.standard_normal(shape, dtype=np.float32) for shape in shapes]

    def replace(self, images: np.ndarray, first: int) -> None:
        """Read other images instead, from one of a number on; noise stays."""
        self.images[first:first + len(images)] = images

    def probabilities(self, age: Age) -> np.ndarray:
        """Return the probabilities that the chip gives the ten digits for each image at an age, [n, 10]."""
        return softmax(self.outputs(age), axis=1)

    def outputs(self, age: Age) -> np.ndarray:
        """Return the outputs of the chip in front of the softmax for each image at an age, [n, 10]."""
        in_step = np.float32(step_width(resolution(DAC_BITS), 1.0))

        def crossbar(number: int, vectors: np.ndarray) -> tuple[np.ndarray, Converter]:
            tile = self.tiles[number]
            weights, factor = tile.weights(age)
            bound = np.float32(self.ranges[number])
            out_step = np.float32(step_width(resolution(age.adc_bits), self.ranges[number]))
            currents = (weights / tile.largest).astype(np.float32) @ vectors
            currents += np.float32(OUTPUT_NOISE) * self.noise[number]
            scale = np.float32(out_step * tile.largest * factor)
            return currents, lambda y: scale * np.round(np.clip(y, -bound, bound) / out_step)

        return self._network(crossbar, lambda x: in_step * np.round(x / in_step))

    def exact(self) -> np.ndarray:
        """Return the outputs of exact arithmetic in front of the softmax for each image, [n, 10]."""
        weights = [tile.layer.weights.astype(np.float32) for tile in self.tiles]
        return self._network(lambda number, vectors: (weights[number] @ vectors, same), same)

    def _network(self, crossbar, dac):
        """Return the outputs in front of the softmax, [n, 10].

        Converters and tanh never fall where their input grows, so that they may as well follow the pooling, which leaves
        them a quarter of the work; and inputs are converted before they are laid out as patches.

        Args:
            crossbar: function (number of the tile, voltages [in, vectors]) -> currents [out, vectors], converter of outputs.
            dac: converter of inputs.
        """
        biases = [tile.layer.bias.astype(np.float32)[:, None] for tile in self.tiles]
        count, maps = len(self.images), self.images[None]
        for number, side in enumerate((24, 8)):
            currents, adc = crossbar(number, patches(dac(maps)))
            maps = np.tanh(adc(pooled(currents.reshape(-1, count, side, side))) + biases[number][:, :, None, None])
        x = np.tanh(maps).transpose(0, 2, 3, 1).reshape(-1, count)
        currents, adc = crossbar(2, dac(x))
        currents, adc_of_last = crossbar(3, dac(np.tanh(adc(currents) + biases[2])))
        return (adc_of_last(currents) + biases[3]).T


def same(x: np.ndarray) -> np.ndarray:
    """Return what is converted exactly."""
    return x


def patches(maps: np.ndarray) -> np.ndarray:
    """Return what windows of 5 x 5 see of maps [channels, n, height, width]: vectors [25 channels, n * positions]."""
    windows = np.lib.stride_tricks.sliding_window_view(maps, (5, 5), axis=(2, 3))
    return windows.transpose(0, 4, 5, 1, 2, 3).reshape(25 * len(maps), -1)


def pooled(maps: np.ndarray) -> np.ndarray:
    """Return the largest of each 2 x 2 numbers of maps [channels, n, height, width]."""
    rows = np.maximum(maps[:, :, ::2], maps[:, :, 1::2])
    return np.maximum(rows[..., ::2], rows[..., 1::2])
