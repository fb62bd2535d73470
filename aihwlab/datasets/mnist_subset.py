"""The tenth of MNIST that comes with the package: one file of four arrays, compressed by LZMA."""

import lzma
from hashlib import sha256
from importlib.resources import files
from io import BytesIO

import numpy as np

from aihwlab.datasets.mnist_files import DatasetError

SUBSET_FILE = files('aihwlab.datasets') / 'mnist_subset.npy.xz'
SUBSET_CHECKSUM = 'b8350bbd469e48680c6e0487c778c9446ab04bcef0bc2b466d9af787c15d2ce5'


def every_tenth(images, labels):
    """Return every tenth image of each digit, and its label, in the order in which they came.

    The images are spread over the whole set, so that its harder parts stay represented, and each digit keeps its share.
    """
    sorted_by_label = np.argsort(labels, kind='stable')
    chosen = np.sort(sorted_by_label[5::10])
    return images[chosen], labels[chosen]


def pack_subset(arrays):
    """Return the arrays as compressed bytes, the same bytes for the same arrays."""
    buffer = BytesIO()
    for array in arrays:
        np.save(buffer, array)
    return lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME)


def read_subset():
    """Return the bundled arrays: training images `[6000, 28, 28]` and labels, test images `[1000, 28, 28]` and labels.

    Raises:
        DatasetError: if the file is not the one that the package was made with.
    """
    content = SUBSET_FILE.read_bytes()
    checksum = sha256(content).hexdigest()
    if checksum != SUBSET_CHECKSUM:
        raise DatasetError(
            f'{SUBSET_FILE} is damaged: expected the SHA-256 checksum {SUBSET_CHECKSUM}, found {checksum}; '
            'install the package again'
        )
    buffer = BytesIO(lzma.decompress(content))
    return tuple(np.load(buffer) for _ in range(4))
