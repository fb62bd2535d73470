"""The tenth of MNIST that comes with the package: four arrays in one file, compressed with bzip2, which every Python has."""

import bz2
from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files
from io import BytesIO

import numpy as np

from aihwlab.datasets.mnist_files import DatasetError, MnistArrays

SUBSET_FILE = files('aihwlab.datasets') / 'mnist_subset.npy.bz2'
SUBSET_CHECKSUM = '6a3dcb0bd439a4fb59b23e9c11a2852f062e60b3e1de7033cd99fd873a5dbf71'


def every_tenth(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return every tenth image of each digit, with its label, in the order in which they came.

    The images are spread over the whole set, so that its harder parts stay represented and each digit keeps its share.
    """
    sorted_by_label = np.argsort(labels, kind='stable')
    chosen = np.sort(sorted_by_label[5::10])
    return images[chosen], labels[chosen]


def pack_subset(arrays: Iterable[np.ndarray]) -> bytes:
    """Return the arrays as compressed bytes; the same arrays give the same bytes."""
    buffer = BytesIO()
    for array in arrays:
        np.save(buffer, array)
    return bz2.compress(buffer.getvalue())


def read_subset() -> MnistArrays:
    """Return the bundled arrays: training images `[6000, 28, 28]` and labels, test images `[1000, 28, 28]` and labels.

    Raises:
        DatasetError: if the file is not the one that belongs to this package.
    """
    content = SUBSET_FILE.read_bytes()
    checksum = sha256(content).hexdigest()
    if checksum != SUBSET_CHECKSUM:
        raise DatasetError(
            f'{SUBSET_FILE} is damaged: expected the SHA-256 checksum {SUBSET_CHECKSUM}, found {checksum}; '
            'please reinstall the package'
        )
    buffer = BytesIO(bz2.decompress(content))
    train_images, train_labels, test_images, test_labels = (np.load(buffer) for _ in range(4))
    return train_images, train_labels, test_images, test_labels
