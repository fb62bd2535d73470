"""What all runners share: a torch device, and a folder for data."""

import tempfile
from pathlib import Path
from typing import Any

import torch

DATASET_ROOT = str(Path(tempfile.gettempdir()) / 'datasets')
"""Folder of data sets of which no other is known."""


class Runner:
    """Who runs experiments on this machine.

    Args:
        device: torch device of the networks; None leaves each where it is.
    """

    def __init__(self, device: Any = None) -> None:
        self.device = None if device is None else torch.device(device)
