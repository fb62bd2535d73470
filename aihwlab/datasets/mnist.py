"""MNIST, the handwritten digits: the full set if the machine has it or can get it, or else the bundled tenth of it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchvision
from PIL.Image import Image
from torchvision.transforms import ToTensor

from aihwlab.datasets.mnist_download import download_mnist, remove_abandoned
from aihwlab.datasets.mnist_files import DatasetError, read_mnist_files
from aihwlab.datasets.mnist_subset import SUBSET_FILE, read_subset

SOURCES = (None, 'full', 'bundled')


class MNIST(torchvision.datasets.MNIST):
    """One part of MNIST: torchvision's class of this name, but made from arrays that have been read and checked already.

    Attributes:
        data: the images, a tensor `[n, 28, 28]` of unsigned 8-bit values, 0 for the background.
        targets: the digits, a tensor `[n]` of 64-bit integers.
        source: 'full' or 'bundled'.
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray, *, root: str | os.PathLike[str], train: bool, source: str,
                 transform: Callable[[Image], Any] | None) -> None:
        torchvision.datasets.VisionDataset.__init__(self, root, transform=transform)
        self.train = train
        self.source = source
        self.data = torch.tensor(images)
        self.targets = torch.tensor(labels, dtype=torch.int64)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """Return an image after its transform, and its digit; what `ToTensor` would return is made without PIL."""
        if type(self.transform) is ToTensor and self.target_transform is None:
            return self.data[index][None].float().div_(255), int(self.targets[index])
        return super().__getitem__(index)


def load_mnist(root: str | os.PathLike[str] | None = None, source: str | None = None, *, download: bool = True,
               transform: Callable[[Image], Any] | None = ToTensor()) -> tuple[MNIST, MNIST]:  # noqa: B008 (it keeps nothing)
    """Return the training and the test images of MNIST as a pair of torch data sets.

    The first of these that is available is taken:

    1. the full set (60,000 and 10,000 images) in the folder `root`, laid out the way torchvision does it
       (`MNIST/raw/train-images-idx3-ubyte` and so on, each plain or as `.gz`);
    2. the full set from the internet, which is then kept in that folder;
    3. the bundled subset (6,000 and 1,000 images: every tenth of each digit). A printed line says so.

    Args:
        root: the folder; by default the one named by the environment variable `AIHWLAB_DATA`, or else `~/.cache/aihwlab`.
        source: 'full' to accept nothing but the full set, 'bundled' to take the subset straight away.
        download: False to stay off the network.
        transform: applied to each PIL image when it is fetched; the default makes a float tensor `[1, 28, 28]` with values
            from 0 to 1. None leaves the image as it is.

    Raises:
        ValueError: if `source` is unknown.
        DatasetError: if the folder is in the home of nobody, if the copy in it is incomplete, damaged or cannot be read, or if
            `source` is 'full' and the full set cannot be had.

    Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition",
    Proc. IEEE 86 (1998), doi:10.1109/5.726791. The database is by Y. LeCun, C. Cortes and C. J. C. Burges, under the
    Creative Commons licence Attribution-ShareAlike 3.0; the bundled subset of unaltered images is under the same licence.
    """
    if source not in SOURCES:
        raise ValueError(f"source = {source!r}: choose 'full', 'bundled', or None for the best that can be had")
    if source == 'bundled':
        return _pair(read_subset(), SUBSET_FILE, 'bundled', transform)
    root = folder_of(root)
    remove_abandoned(root)
    arrays = read_mnist_files(root)
    reason = f'no copy in {root}'
    if arrays is None and download:
        try:
            arrays = download_mnist(root)
        except DatasetError as error:
            reason += f', and {error}'
    if arrays is not None:
        return _pair(arrays, root, 'full', transform)
    if source == 'full':
        raise DatasetError(f'the full MNIST is not available: {reason}')
    train, test = _pair(read_subset(), SUBSET_FILE, 'bundled', transform)
    print(f'MNIST: using the bundled subset, {len(train):,} training and {len(test):,} test images ({reason}).')
    return train, test


def folder_of(root: str | os.PathLike[str] | None) -> Path:
    """Return the folder of the data: the one given, or that of the environment variable `AIHWLAB_DATA`, or the user's cache.

    Raises:
        DatasetError: for the home (`~`) of a user that there is not.
    """
    given = root or os.environ.get('AIHWLAB_DATA')
    try:
        return Path(given).expanduser() if given else Path.home() / '.cache' / 'aihwlab'
    except RuntimeError as error:
        name = 'root' if root else 'AIHWLAB_DATA'
        raise DatasetError(f'{name} = {given and str(given)!r}: there is no such home here, name another folder') from error


def _pair(arrays, root, source, transform):
    train_images, train_labels, test_images, test_labels = arrays
    options = {'root': root, 'source': source, 'transform': transform}
    return (
        MNIST(train_images, train_labels, train=True, **options),
        MNIST(test_images, test_labels, train=False, **options),
    )
