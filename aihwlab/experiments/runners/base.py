"""What all runners share: a torch device."""

from typing import Any

import torch


class Runner:
    """Who runs experiments on this machine.

    Args:
        device: torch device of the networks; None leaves each where it is.
    """

    def __init__(self, device: Any = None) -> None:
        self.device = None if device is None else torch.device(device)
