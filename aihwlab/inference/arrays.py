"""Tensors of torch as arrays of the kernel and back, and the random numbers that a model of noise draws."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from aihwlab.kernel.random import Purpose, Stream, words


def as_array(name: str, tensor: Any) -> np.ndarray:
    """Return a tensor's numbers for the kernel: its own memory, if it holds single or double precision on the CPU.

    Raises:
        TypeError: for what is no tensor.
        ValueError: for a tensor without numbers, and for NaN or infinite ones; the message has the name.
    """
    if not torch.is_tensor(tensor):
        raise TypeError(f'{name} of type {type(tensor).__name__}: must be a torch tensor')
    array = tensor.detach().cpu()
    array = (array if array.dtype in (torch.float32, torch.float64) else array.float()).numpy()
    if not array.size:
        raise ValueError(f'{name} of shape {tuple(tensor.shape)}: must have at least one number')
    if not np.isfinite(array).all():
        raise ValueError(f'{name} contain NaN or infinite values: must be numbers')
    return array


def as_tensor(array: np.ndarray, like: torch.Tensor) -> torch.Tensor:
    """Return an array as a tensor of the precision and on the device of another one."""
    return torch.from_numpy(np.ascontiguousarray(array)).to(dtype=like.dtype, device=like.device)


def on_conductances(function: Callable[[np.ndarray], np.ndarray], conductance: torch.Tensor) -> torch.Tensor:
    """Return what a function of arrays makes of conductances."""
    return as_tensor(function(as_array('conductances', conductance)), conductance)


def new_stream() -> Stream:
    """Return a stream of random numbers whose seed comes from torch's generator, so that `torch.manual_seed` fixes it."""
    return Stream(int(torch.randint(2 ** 63 - 1, (1,), dtype=torch.int64)), 0)


@contextmanager
def torch_draws_from(stream: Stream) -> Iterator[None]:
    """Let torch's generator on the CPU continue from a stream, and afterwards as if nothing had been drawn.

    A tile programs its devices inside: whatever a model of noise draws, be it one of this package or one of the user's own
    that calls `torch.randn_like`, then depends on the seed of the tile alone. That holds for tensors on the CPU: those on a
    GPU have a generator of their own.

    Args:
        stream: random numbers of this operation of the tile (`aihwlab.kernel.random.Stream`).
    """
    low, high = words(stream, Purpose.PROGRAMMING, 2)
    before = torch.get_rng_state()
    torch.default_generator.manual_seed(int(low) | int(high) << 32)
    try:
        yield
    finally:
        torch.set_rng_state(before)
