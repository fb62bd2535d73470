"""Images to train on: the full MNIST where it can be had, and a bundled tenth of it everywhere."""

from aihwlab.datasets.mnist import load_mnist
from aihwlab.datasets.mnist_files import DatasetError

__all__ = ['DatasetError', 'load_mnist']
