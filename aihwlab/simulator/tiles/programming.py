"""Closed-loop programming: pulses that bring the devices to target weights, as a chip is programmed."""

from typing import Any

import torch

from aihwlab.parameters.validation import require
from aihwlab.simulator.tiles.arguments import as_numbers, require_learning_rate

TOLERANCE = 0.01
"""Mean error of an output, relative to the largest target weight, at which programming ends if nothing else is asked for."""


def program_weights(tile: Any, target: torch.Tensor, x_values: Any = None, learning_rate: float = 0.1,
                    max_iter: int = 10_000, tolerance: float = TOLERANCE, w_init: float = 0.01) -> float:
    """Program the crossbar of a tile by repeated reading and pulsing.

    Starting from weights drawn uniformly from [-w_init, w_init], each iteration reads `y = W x` for all test vectors and
    applies pulsed updates with the gradient `y - W_target x`. It ends when the mean error of an output is below
    `tolerance` times the largest target weight, or after `max_iter` iterations.

    Args:
        tile: the tile (`aihwlab.simulator.tiles.AnalogTile`).
        target: weights in the crossbar, [out, in] (with an analog bias, [out, in + 1]).
        x_values: test vectors, [vectors, in] (with an analog bias, [vectors, in + 1]); unit vectors by default.

    Returns:
        The last mean error relative to the largest target weight.

    Raises:
        TypeError: for test vectors that are no real numbers.
        ValueError: for test vectors that do not fit or are not finite, or other impossible arguments. Nothing is changed.
    """
    columns = target.shape[1]
    x = torch.eye(columns) if x_values is None else as_numbers('x_values', x_values)
    if x.dim() != 2 or x.shape[1] != columns:
        raise ValueError(f'x_values of shape {tuple(x.shape)}: expected (vectors, {columns})')
    if len(x) == 0 or not torch.isfinite(x).all():
        raise ValueError('x_values: must be one vector at least, and finite')
    require_learning_rate(learning_rate)
    require('max_iter', max_iter, int, '[0, inf)')
    require('tolerance', tolerance, float, '[0, inf)')
    require('w_init', w_init, float, '[0, inf)')
    x = x.to(tile.device)[:, :, None].contiguous()
    wanted = torch.matmul(target, x)
    largest = target.abs().max().clamp(min=1e-12)
    tile.write_weights(w_init * (2 * tile.draw_uniform(target.shape) - 1))
    for iteration in range(max_iter + 1):
        difference = tile.forward_crossbar(x) - wanted
        error = float(difference.abs().mean() / largest)
        if error < tolerance or iteration == max_iter:
            break
        tile.update_crossbar(x, difference, learning_rate)
    return error
