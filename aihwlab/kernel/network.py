"""A small network on tiles without torch: what one layer of a framework does, in a few lines of NumPy."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.special import log_softmax

from aihwlab.kernel.random import Purpose, Stream, uniforms
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.tile import TileParameters


class Network:
    """Fully connected layers on tiles, `tanh` between them, log-softmax at the end; each layer has an analog bias.

        y_l = W_l [x_(l-1), 1]        x_l = tanh(y_l)        loss = -log softmax(y_L)[label], averaged over the batch

    Gradients go backward through the same tiles, and every weight changes by pulses. Only the activations and the loss are
    digital. It has neither convolutions nor momentum; networks of torch have (`aihwlab.nn`).

    Example:
        >>> network = Network((196, 32, 10), TileParameters(device=EcRamPresetDevice()), seed=1)
        >>> loss = network.step(images, labels, learning_rate=0.05)
        >>> network.outputs(images).argmax(axis=1)                       # what it takes them for

    Args:
        sizes: number of inputs, of neurons in each hidden layer, and of outputs.
        parameters: of all tiles.
        seed: of the weights, the tiles and their noise.

    Attributes:
        tiles: one for each layer; the last column of each is the bias.

    Raises:
        ValueError: for fewer than two sizes, or one that is not a whole number of at least 1.
        ConfigError: for impossible parameters.
    """

    def __init__(self, sizes: Sequence[int], parameters: TileParameters, seed: int = 1) -> None:
        if len(sizes) < 2 or any(size != int(size) or size < 1 for size in sizes):
            raise ValueError(f'sizes = {tuple(sizes)}: must be two or more whole numbers of at least 1')
        parameters.validate()
        self.tiles = []
        for layer, (in_size, out_size) in enumerate(pairwise(sizes)):
            stream = Stream(seed, 0).child(layer)
            tile = Tile((out_size, in_size + 1), parameters, seed=seed * len(sizes) + layer, bias_column=True)
            weights = 2 * uniforms(stream, Purpose.INITIAL_WEIGHT, out_size * (in_size + 1)) - 1
            tile.write((weights / np.sqrt(np.float32(in_size))).reshape(tile.shape))
            self.tiles.append(tile)

    def inputs_of_layers(self, x: np.ndarray) -> list[np.ndarray]:
        """Return what each tile gets, [batch, in + 1, 1], and at the end the outputs of the last one, [batch, out]."""
        seen = []
        for tile in self.tiles:
            seen.append(np.concatenate([x, np.ones_like(x[:, :1])], axis=1)[:, :, None])
            y = tile.forward(seen[-1])[:, :, 0]
            x = np.tanh(y)
        return [*seen, y]

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """Return the logarithms of the probabilities of each class for vectors [batch, in], float32: [batch, out]."""
        return log_softmax(self.inputs_of_layers(x)[-1], axis=1)

    def step(self, x: np.ndarray, labels: np.ndarray, learning_rate: float) -> float:
        """Change all weights once, down the gradient of a batch, by pulses, and return the loss before.

        Args:
            x: vectors [batch, in], float32.
            labels: the right class of each, [batch].
            learning_rate: not negative.
        """
        *seen, y = self.inputs_of_layers(x)
        logarithms, rows = log_softmax(y, axis=1), np.arange(len(x))
        d = np.exp(logarithms)
        d[rows, labels] -= 1
        d /= len(x)
        gradients = []
        for tile, inputs in zip(self.tiles[::-1], seen[::-1]):
            gradients.append(d[:, :, None])
            if tile is not self.tiles[0]:
                d = tile.backward(gradients[-1])[:, :-1, 0] * (1 - inputs[:, :-1, 0] ** 2)
        for tile, inputs, gradient in zip(self.tiles, seen, gradients[::-1]):
            tile.update(inputs, gradient, learning_rate)
        return float(-logarithms[rows, labels].mean())
