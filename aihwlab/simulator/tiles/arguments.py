"""Checks of what users hand to layers and tiles: sizes, inputs, weights and biases."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Real
from typing import Any

import torch

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.validation import LARGEST, require

BYTES_OF_CELL = 24
"""Memory of an ideal cell, the simplest one: its weight, how it ages, and the weight that torch initialises."""


def require_sizes(**sizes: Any) -> None:
    """Check the two sizes of a weight matrix.

    Raises:
        ConfigError: if one is no integer of at least 1.
        MemoryError: if the machine has not enough memory, with the amount that it takes.
    """
    for name, size in sizes.items():
        require(name, size, error=ConfigError)
    (first, second), needed, there = sizes.items(), BYTES_OF_CELL, memory_of_machine()
    needed *= int(first[1]) * int(second[1])
    if needed > there:
        raise MemoryError(f'{first[0]} = {first[1]:,} and {second[0]} = {second[1]:,} need at least {needed / 1e9:,.0f} GB of '
                          f'memory, this machine has {there / 1e9:,.0f} GB')


def memory_of_machine() -> float:
    """Return how much memory the machine has, in bytes; infinite where that is not known."""
    names = getattr(os, 'sysconf_names', {})
    if 'SC_PHYS_PAGES' not in names or 'SC_PAGE_SIZE' not in names:
        return float('inf')
    return float(os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE'))


def require_tensor(x_input: Any) -> None:
    """Check that an input is a dense tensor.

    Raises:
        TypeError: if it is none.
    """
    if not isinstance(x_input, torch.Tensor):
        raise TypeError(f'input of type {type(x_input).__name__}: must be a torch tensor')
    if x_input.layout is not torch.strided:
        raise TypeError(f'input with the layout {x_input.layout}: must be a dense tensor, see to_dense()')


def as_single_precision(x: torch.Tensor) -> torch.Tensor:
    """Return inputs of another type than float32, in which tiles compute, as float32: those that autocast has shortened.

    Raises:
        ValueError: for all others.
    """
    if x.dtype in (torch.float16, torch.bfloat16) and is_autocasting():
        return x.float()
    raise ValueError(f'input of type {x.dtype}: must be torch.float32')


def is_autocasting() -> bool:
    """Return whether torch may choose the type of results (`torch.autocast`) on the CPU or a GPU."""
    if hasattr(torch, 'get_autocast_dtype'):  # torch 2.4 and later
        return torch.is_autocast_enabled('cpu') or torch.is_autocast_enabled('cuda')
    return torch.is_autocast_cpu_enabled() or torch.is_autocast_enabled()


@contextmanager
def in_single_precision() -> Iterator[None]:
    """Keep torch from choosing a shorter type for results (`torch.autocast`), in what tiles compute; also a decorator."""
    if is_autocasting():
        with torch.autocast('cpu', enabled=False), torch.autocast('cuda', enabled=False):
            yield
    else:
        yield


def as_batch(x_input: Any, in_size: int) -> torch.Tensor:
    """Return inputs [..., in] as a batch of vectors, [batch, in, 1].

    Raises:
        TypeError: if they are no tensor.
        ValueError: if their last dimension is not `in_size`.
    """
    require_lines(x_input, in_size)
    return x_input.reshape(-1, in_size, 1)


def require_lines(x_input: Any, in_size: int) -> None:
    """Check that an input is a dense tensor [..., in].

    Raises:
        TypeError: if it is none.
        ValueError: if its last dimension is not `in_size`.
    """
    require_tensor(x_input)
    if x_input.dim() == 0 or x_input.shape[-1] != in_size:
        raise ValueError(f'input of shape {tuple(x_input.shape)}: the last dimension must be {in_size}')


def as_rows(vectors: torch.Tensor, transposed: bool) -> torch.Tensor:
    """Return vectors [..., size] as they are; or from columns, [size, ...], and the other way round."""
    if not transposed:
        return vectors
    require_tensor(vectors)
    return vectors.transpose(0, -1)


def as_weights(weight: Any, bias: Any, out_size: int, in_size: int,
               has_bias: bool) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return weights and bias as float32 tensors [out, in] and [out]; a bias of None stays None.

    A bias where none is added becomes None as well, with a warning if it is not zero.

    Weights may have more dimensions behind the first one, as the windows of convolutions do, or only one.

    Raises:
        TypeError: for what holds no real numbers.
        ValueError: for a wrong shape, and NaN or infinite values.
    """
    weight = as_numbers('weight', weight)
    if weight.numel() != out_size * in_size or (weight.dim() > 1 and len(weight) != out_size):
        raise ValueError(f'weight of shape {tuple(weight.shape)}: expected {out_size} x {in_size} elements')
    if bias is not None:
        bias = as_numbers('bias', bias)
        if bias.shape != (out_size,):
            raise ValueError(f'bias of shape {tuple(bias.shape)}: expected ({out_size},)')
    if not torch.isfinite(weight).all() or (bias is not None and not torch.isfinite(bias).all()):
        raise ValueError('weights and bias must be finite: found NaN or infinite values')
    if bias is not None and not has_bias:
        if bias.any():
            warnings.warn('bias: it is not used, because none is added here', stacklevel=3)
        bias = None
    return weight.reshape(out_size, in_size), bias


def as_numbers(name: str, value: Any) -> torch.Tensor:
    """Return a tensor, an array or lists as a float32 tensor.

    Raises:
        TypeError: for what holds no real numbers.
    """
    try:
        tensor = torch.as_tensor(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f'{name} of type {type(value).__name__}: must be a tensor, an array or lists of numbers; '
                        f'{error}') from error
    if tensor.is_complex() or tensor.dtype is torch.bool:
        raise TypeError(f'{name} of type {tensor.dtype}: must be real numbers')
    return tensor.detach().to(torch.float32)


def require_learning_rate(learning_rate: Any) -> None:
    """Raise a ValueError for a learning rate that is no number, negative, or too large; torch's may be tensors."""
    if type(learning_rate) is float and 0 <= learning_rate <= LARGEST:
        return  # as in each step of a training
    number: Any = learning_rate.item() if torch.is_tensor(learning_rate) and learning_rate.numel() == 1 else learning_rate
    is_number = isinstance(number, Real) and not isinstance(number, bool)
    if not is_number or not 0 <= number <= LARGEST:
        raise ValueError(f'learning_rate = {learning_rate!r}: must be a number from 0 to {LARGEST:g}')
