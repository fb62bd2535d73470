"""Whether analog tiles can run on a GPU here."""

from importlib.util import find_spec

import torch


def is_compiled() -> bool:
    """Return whether tiles can be moved to a GPU: torch sees one, and CuPy is installed (`pip install aihwlab[gpu]`)."""
    return torch.cuda.is_available() and find_spec('cupy') is not None
