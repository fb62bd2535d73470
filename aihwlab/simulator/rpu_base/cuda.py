"""Whether analog tiles can run on a GPU here."""

from importlib.util import find_spec

import torch

NEEDED = ('cupy', 'numba_cuda')
"""Packages that compute on a GPU, by the names of their modules."""


def is_compiled() -> bool:
    """Return whether tiles can be moved to a GPU: torch sees one, and CuPy and numba-cuda are installed.

    `pip install aihwlab[gpu]` installs these for CUDA 13, `aihwlab[gpu12]` for CUDA 12.
    """
    return torch.cuda.is_available() and all(find_spec(name) is not None for name in NEEDED)
