"""MNIST from the internet, by torchvision, into a folder that keeps it: complete and checked, or not at all."""

import os
import socket
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.request import Request, urlopen

import torchvision

from aihwlab.datasets.mnist_files import FILES, DatasetError, raw_folder, read_mnist_files

PATIENCE = 5.0


def download_mnist(root):
    """Download MNIST with a progress bar to `root`/MNIST/raw, and return its arrays as `read_mnist_files` does.

    A machine without internet finds out within seconds. Files appear in the folder only when all four have arrived
    and been checked.

    Raises:
        DatasetError: if MNIST cannot be downloaded, or not be kept in `root`.
    """
    resources = torchvision.datasets.MNIST
    probes = [mirror + resources.resources[0][0] for mirror in resources.mirrors]
    if not any(answers(url, PATIENCE) for url in probes):
        raise DatasetError('no answer from the servers that have it')
    try:
        Path(root).mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=root, prefix='download-') as scratch, socket_timeout(PATIENCE):
            torchvision.datasets.MNIST(scratch, download=True)
            arrays = read_mnist_files(scratch)
            raw_folder(root).mkdir(parents=True, exist_ok=True)
            for file in FILES:
                os.replace(raw_folder(scratch) / file.name, raw_folder(root) / file.name)
        return arrays
    except (OSError, RuntimeError, HTTPException) as error:
        raise DatasetError(f'the download failed: {error}') from error


def answers(url, seconds):
    """Return whether a server says within `seconds` that it has `url`.

    The question is asked in a thread of its own, because no time-out of a socket covers a silent name server.
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
def socket_timeout(seconds):
    """Give up on a connection that says nothing for `seconds`; torchvision sets no limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
