"""Checks of what users hand to tiles: inputs, weights and biases."""

import warnings
from typing import Any

import torch


def as_batch(x_input: Any, in_size: int) -> torch.Tensor:
    """Return inputs [..., in] as a batch of vectors, [batch, in, 1].

    Raises:
        TypeError: if they are no tensor.
        ValueError: if their last dimension is not `in_size`.
    """
    if not torch.is_tensor(x_input):
        raise TypeError(f'input of type {type(x_input).__name__}: must be a torch tensor')
    if x_input.dim() == 0 or x_input.shape[-1] != in_size:
        raise ValueError(f'input of shape {tuple(x_input.shape)}: the last dimension must be {in_size}')
    return x_input.reshape(-1, in_size, 1)


def as_rows(vectors: torch.Tensor, transposed: bool) -> torch.Tensor:
    """Return vectors [..., size] as they are; or from columns, [size, ...], and the other way round."""
    return vectors.transpose(0, -1) if transposed else vectors


def as_weights(weight: Any, bias: Any, out_size: int, in_size: int,
               has_bias: bool) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return weights and bias as float32 tensors [out, in] and [out]; a bias of None stays None.

    A bias where none is added becomes None as well, with a warning if it is not zero.

    Weights may have more dimensions behind the first one, as the windows of convolutions do, or only one.

    Raises:
        ValueError: for a wrong shape, and NaN or infinite values.
    """
    weight = torch.as_tensor(weight, dtype=torch.float32).detach()
    if weight.numel() != out_size * in_size or (weight.dim() > 1 and len(weight) != out_size):
        raise ValueError(f'weight of shape {tuple(weight.shape)}: expected {out_size} x {in_size} elements')
    if bias is not None:
        bias = torch.as_tensor(bias, dtype=torch.float32).detach()
        if bias.shape != (out_size,):
            raise ValueError(f'bias of shape {tuple(bias.shape)}: expected ({out_size},)')
    if not torch.isfinite(weight).all() or (bias is not None and not torch.isfinite(bias).all()):
        raise ValueError('weights and bias must be finite: found NaN or infinite values')
    if bias is not None and not has_bias:
        if bias.any():
            warnings.warn('bias: it is not used, because none is added here', stacklevel=3)
        bias = None
    return weight.reshape(out_size, in_size), bias


def require_learning_rate(learning_rate: Any) -> None:
    """Raise a ValueError for a learning rate that is negative, infinite or NaN."""
    if not 0 <= learning_rate < float('inf'):
        raise ValueError(f'learning_rate = {learning_rate}: must not be negative or infinite')
