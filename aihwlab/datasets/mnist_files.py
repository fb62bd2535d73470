"""The four files of MNIST on disk, read in full or refused: nothing truncated, altered or mixed up gets through.

Each file is in the IDX format of LeCun, Cortes and Burges: two zero bytes, the element type (8 for unsigned bytes), the
number of dimensions, each dimension as a big-endian 32-bit integer, then the elements.
"""

import gzip
import os
import struct
import zlib
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np

from aihwlab.exceptions import AihwlabError

MnistArrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Training images, training labels, test images and test labels."""


class DatasetError(AihwlabError):
    """A file of a data set is damaged or missing, or the data set that was asked for is not available."""


class MnistFile(NamedTuple):
    """What one file of MNIST must hold: its name, the shape of its array, and the SHA-256 of its uncompressed bytes."""

    name: str
    shape: tuple[int, ...]
    checksum: str

    @property
    def header(self) -> bytes:
        """The bytes before the elements."""
        return struct.pack(f'>HBB{len(self.shape)}I', 0, 8, len(self.shape), *self.shape)


FILES = (
    MnistFile('train-images-idx3-ubyte', (60_000, 28, 28),
              'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db'),
    MnistFile('train-labels-idx1-ubyte', (60_000,),
              '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5'),
    MnistFile('t10k-images-idx3-ubyte', (10_000, 28, 28),
              '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7'),
    MnistFile('t10k-labels-idx1-ubyte', (10_000,),
              'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2'),
)


def raw_folder(root: str | os.PathLike[str]) -> Path:
    """Return where torchvision keeps the files of MNIST in the folder `root`."""
    return Path(root) / 'MNIST' / 'raw'


def read_mnist_files(root: str | os.PathLike[str]) -> MnistArrays | None:
    """Return the four arrays of the copy of MNIST in `root`/MNIST/raw, or None if none of its files is there.

    Each file may be plain or compressed (`.gz`); if there are both, the plain one is read. The folder is only read from.

    Returns:
        The training images `[60000, 28, 28]`, training labels `[60000]`, test images `[10000, 28, 28]` and test labels
        `[10000]`, all unsigned 8-bit; or None.

    Raises:
        DatasetError: if some of the files are missing, or one cannot be read or is not byte for byte what the authors of
            MNIST published.
    """
    folder = raw_folder(root)
    try:
        paths = [_find(folder, file) for file in FILES]
    except OSError as error:
        raise DatasetError(f'{folder} cannot be read: {error.strerror}') from error
    missing = [file.name for file, path in zip(FILES, paths) if path is None]
    if len(missing) == len(FILES):
        return None
    if missing:
        raise DatasetError(
            f'{folder} holds an incomplete copy of MNIST: expected {len(FILES)} files (each may end in .gz), '
            f'found no {", no ".join(missing)}'
        )
    train_images, train_labels, test_images, test_labels = (_read(path, file) for path, file in zip(paths, FILES))
    return train_images, train_labels, test_images, test_labels


def _find(folder, file):
    candidates = (folder / file.name, folder / (file.name + '.gz'))
    return next((path for path in candidates if path.is_file()), None)


def _read(path, file):
    """Return the array in one file after checking size, header and checksum."""
    expected_size = len(file.header) + int(np.prod(file.shape))
    content = _uncompressed_bytes(path, expected_size + 1)
    if len(content) != expected_size:
        found = f'{len(content) if path.suffix == ".gz" else path.stat().st_size:,}'
        found += ' or more' if path.suffix == '.gz' and len(content) > expected_size else ''
        raise DatasetError(f'{path} is damaged: expected {expected_size:,} bytes of data, found {found}')
    header = content[:len(file.header)]
    if header != file.header:
        raise DatasetError(f'{path} is damaged: expected the header {file.header.hex()}, found {header.hex()}')
    checksum = sha256(content).hexdigest()
    if checksum != file.checksum:
        raise DatasetError(f'{path} is damaged: expected the SHA-256 checksum {file.checksum}, found {checksum}')
    return np.frombuffer(content, np.uint8, offset=len(file.header)).reshape(file.shape)


def _uncompressed_bytes(path, most):
    """Return what a file holds, but no more than `most` bytes: a small file may unpack to more than there is memory."""
    try:
        with gzip.open(path) if path.suffix == '.gz' else path.open('rb') as file:
            return file.read(most)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DatasetError(f'{path} is damaged: expected a complete gzip file, found: {error}') from error
    except OSError as error:
        raise DatasetError(f'{path} cannot be read: {error.strerror}') from error
