"""Images to train on: the full MNIST where it can be had, and a bundled tenth of it everywhere.

What makes data sets of torch needs torch, so it is loaded only when it is asked for.
"""

from importlib import import_module
from typing import Any

from aihwlab.datasets.mnist_files import DatasetError

__all__ = ['DatasetError', 'load_mnist']


def __getattr__(name: str) -> Any:
    if name == 'load_mnist':
        return import_module('aihwlab.datasets.mnist').load_mnist
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
