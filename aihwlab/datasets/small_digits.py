"""Digits for a small network and without torch: the bundled tenth of MNIST at half its resolution."""

from typing import NamedTuple

import numpy as np

from aihwlab.datasets.mnist_subset import read_subset


class Digits(NamedTuple):
    """Images with their digits.

    Attributes:
        images: 14 x 14 pixels from 0 to 1, [n, 196], float32.
        labels: the digits, [n].
    """

    images: np.ndarray
    labels: np.ndarray


def load_small_digits() -> tuple[Digits, Digits]:
    """Return 6,000 digits to train with and 1,000 to test with; each pixel is the mean of four of MNIST.

    Raises:
        DatasetError: if the bundled file is damaged.
    """
    train_images, train_labels, test_images, test_labels = read_subset()
    return Digits(halved(train_images), train_labels), Digits(halved(test_images), test_labels)


def halved(images: np.ndarray) -> np.ndarray:
    """Return images [n, 28, 28] of 0 to 255 at half the resolution, [n, 196], 0 to 1."""
    return (images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255).reshape(-1, 196).astype(np.float32)
