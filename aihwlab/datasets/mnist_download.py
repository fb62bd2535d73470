"""MNIST from the internet, fetched by torchvision and kept in a folder: complete and checked, or not at all."""

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.request import Request, urlopen

import torchvision

from aihwlab.datasets.mnist_files import FILES, DatasetError, MnistArrays, raw_folder, read_mnist_files

PATIENCE = 5.0
SCRATCH = 'download-'
ABANDONED = 600.0


def download_mnist(root: str | os.PathLike[str]) -> MnistArrays | None:
    """Download MNIST to `root`/MNIST/raw, with a progress bar, and return its arrays as `read_mnist_files` does.

    A machine without internet finds out within seconds. No file appears in the folder before all four have arrived and
    been checked.

    Raises:
        DatasetError: if MNIST cannot be downloaded, or cannot be kept in `root`.
    """
    resources = torchvision.datasets.MNIST
    probes = [mirror + resources.resources[0][0] for mirror in resources.mirrors]
    if not any(answers(url, PATIENCE) for url in probes):
        raise DatasetError('no answer from the servers that have it')
    try:
        Path(root).mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=root, prefix=SCRATCH) as scratch, socket_timeout(PATIENCE):
            torchvision.datasets.MNIST(scratch, download=True)
            arrays = read_mnist_files(scratch)
            keep(scratch, root)
        return arrays
    except (OSError, RuntimeError, HTTPException) as error:
        raise DatasetError(f'the download failed: {error}') from error


def keep(scratch: str | os.PathLike[str], root: str | os.PathLike[str]) -> None:
    """Move the four files from one folder to another: in one step, unless there is something at their place already."""
    complete, place = Path(scratch) / 'complete', raw_folder(root)
    complete.mkdir()
    for file in FILES:
        os.replace(raw_folder(scratch) / file.name, complete / file.name)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.rename(complete, place)
    except OSError:
        for file in FILES:
            os.replace(complete / file.name, place / file.name)


def remove_abandoned(root: str | os.PathLike[str]) -> None:
    """Remove the folders of downloads that were killed: those in which nothing has changed for `ABANDONED` seconds."""
    with suppress(OSError):  # another process removes them, too, or they belong to somebody else
        for folder in Path(root).glob(f'{SCRATCH}*'):
            newest = max(path.stat().st_mtime for path in (folder, *folder.rglob('*')))
            if time.time() - newest > ABANDONED:
                shutil.rmtree(folder)


def answers(url: str, seconds: float) -> bool:
    """Return whether a server confirms within `seconds` that it has `url`.

    It is asked from a separate thread, because the time-out of a socket does not cover a name server that stays silent.
    """
    replies = []

    def ask():
        try:
            with urlopen(Request(url, method='HEAD'), timeout=seconds) as response:
                replies.append(response.status)
        except (OSError, HTTPException):
            return

    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    return bool(replies)


@contextmanager
def socket_timeout(seconds: float) -> Iterator[None]:
    """Give up on a connection that stays silent for `seconds`; torchvision sets no limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
