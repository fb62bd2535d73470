"""What is fixed in the output lines of a tile, as tensors that programs can read and set."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch

from aihwlab.exceptions import ArgumentError
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.namespace import array_namespace
from aihwlab.parameters.io import IOParameters
from aihwlab.simulator.tiles.arguments import as_numbers
from aihwlab.simulator.tiles.exchange import as_tensor, to_torch_device

LINES = {'out_noise_values': 'noise', 'out_nonlinearity': 'nonlinearity', 'out_nonlinearity_factor': 'slope',
         'v_offset': 'offset', 'w_asymmetry': 'read_asymmetry'}
"""Names that programs use, and those of `aihwlab.kernel.lines.Lines`."""


def lines_as_tensors(lines: Lines, io: IOParameters) -> dict[str, torch.Tensor]:
    """Return copies of what is fixed in output lines, by name, on the CPU; what is not used is empty.

    Perfect converters have none.
    """
    if io.is_perfect:
        return {}
    found = {name: getattr(lines, attribute) for name, attribute in LINES.items()}
    if io.out_noise_std <= 0:
        found['out_noise_values'] = None
    return {name: _as_tensor(value) for name, value in found.items()}


def _as_tensor(value: Any) -> torch.Tensor:
    if value is None:
        return torch.empty(0)
    return as_tensor(to_torch_device(value, 'cpu')).clone() if np.ndim(value) else torch.tensor([float(value)])


def replaced(lines: Lines, present: dict[str, torch.Tensor], given: dict[str, Any]) -> Lines:
    """Return lines with other values in place of the present ones.

    Args:
        lines: the output lines.
        present: what `lines_as_tensors` returns of them.
        given: values of the same names and shapes.

    Raises:
        ArgumentError: for other names or shapes, or values that are not finite.
    """
    if given.keys() != present.keys():
        raise ArgumentError(f'parameters of the output lines: must be {", ".join(present) or "empty"}, given are '
                            f'{", ".join(sorted(given)) or "none"}')
    tensors = {name: as_numbers(name, value).cpu() for name, value in given.items()}
    for name, value in tensors.items():
        if value.shape != present[name].shape or not torch.isfinite(value).all():
            raise ArgumentError(f'{name} = {value}: must be finite, of the shape {tuple(present[name].shape)}')
    xp = array_namespace(lines.noise)
    used = {LINES[name]: xp.array(value.numpy()) for name, value in tensors.items() if value.numel()}
    if 'slope' in used:
        used['slope'] = np.float32(used['slope'][0])
    return replace(lines, **used, given=True)
