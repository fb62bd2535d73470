"""Rebuild the bundled subset from a full copy of MNIST: `python -m aihwlab.datasets.make_mnist_subset ROOT`.

ROOT is the folder that holds `MNIST/raw`. The file comes out byte for byte the same.
"""

import argparse
import os
from hashlib import sha256
from pathlib import Path

from aihwlab.datasets.mnist_files import DatasetError, raw_folder, read_mnist_files
from aihwlab.datasets.mnist_subset import SUBSET_FILE, every_tenth, pack_subset


def make_subset(root: str | os.PathLike[str], path: str | os.PathLike[str]) -> bytes:
    """Write the subset of the copy of MNIST in `root` to the file `path`, and return the bytes written.

    Raises:
        DatasetError: if there is no intact copy in `root`.
    """
    arrays = read_mnist_files(root)
    if arrays is None:
        raise DatasetError(f'no copy of MNIST in {raw_folder(root)}')
    train_images, train_labels, test_images, test_labels = arrays
    content = pack_subset((*every_tenth(train_images, train_labels), *every_tenth(test_images, test_labels)))
    Path(path).write_bytes(content)
    return content


def main() -> None:
    """Read the command line, write the bundled file, and print what `SUBSET_CHECKSUM` must be."""
    parser = argparse.ArgumentParser(description='Make the bundled subset of MNIST from a full copy.')
    parser.add_argument('root', help='the folder that holds MNIST/raw')
    content = make_subset(parser.parse_args().root, SUBSET_FILE)
    print(f'{SUBSET_FILE}: {len(content):,} bytes, SHA-256 {sha256(content).hexdigest()}')


if __name__ == '__main__':
    main()
