"""A cell, repeated along a sequence: forwards, backwards, or both.

A sequence is a tensor [time, batch, size], or torch's `PackedSequence`, whose examples have different lengths and stand in the
order of these, longest first.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.nn import Module, ModuleList
from torch.nn.utils.rnn import PackedSequence

from aihwlab.nn.modules.container import AnalogContainerBase
from aihwlab.nn.modules.rnn.cells import AnalogRNNCell

Sequence: TypeAlias = Tensor | PackedSequence


class AnalogRNNLayer(AnalogContainerBase, Module):
    """A cell along a sequence, from its begin to its end.

    Args:
        cell: class of the cell, derived from `AnalogRNNCell`, or of any module with `forward(input, state)` and
            `get_zero_state(batch_size)`; all further arguments are those of the cell.
    """

    def __init__(self, cell: Callable[..., Any], *cell_args: Any) -> None:
        super().__init__()
        self.cell = cell(*cell_args)

    def get_zero_state(self, batch_size: int) -> Any:
        """Return a state of zeros."""
        return self.cell.get_zero_state(batch_size)

    def in_time(self, steps: list[Tensor]) -> list[Tensor]:
        """Return time steps in the order in which the cell sees them."""
        return steps

    def forward(self, x_input: Sequence, state: Any) -> tuple[Sequence, Any]:
        """Return the outputs of all time steps, a sequence like the inputs, and the state of each example at its end."""
        data, step = x_input if isinstance(x_input, Tensor) else x_input.data, self.cell
        if isinstance(self.cell, AnalogRNNCell):
            data, step = self.cell.project(data), self.cell.step
        outputs, state = repeated(step, self.in_time(steps_of(with_data(x_input, data))), state)
        outputs = self.in_time(outputs)
        return with_data(x_input, torch.stack(outputs) if isinstance(x_input, Tensor) else torch.cat(outputs)), state


class AnalogReverseRNNLayer(AnalogRNNLayer):
    """A cell along a sequence, from its end to its begin."""

    def in_time(self, steps: list[Tensor]) -> list[Tensor]:
        """Return time steps in reverse order."""
        return steps[::-1]


class AnalogBidirRNNLayer(AnalogContainerBase, Module):
    """Two cells along a sequence, one in each direction; outputs stand side by side, and there are two states.

    Args:
        cell: class of the cells; all further arguments are those of the cells.
    """

    def __init__(self, cell: Callable[..., Any], *cell_args: Any) -> None:
        super().__init__()
        self.directions = ModuleList([AnalogRNNLayer(cell, *cell_args), AnalogReverseRNNLayer(cell, *cell_args)])

    def get_zero_state(self, batch_size: int) -> list[Any]:
        """Return a state of zeros for each direction."""
        return [direction.get_zero_state(batch_size) for direction in self.directions]

    def forward(self, x_input: Sequence, state: list[Any]) -> tuple[Sequence, list[Any]]:
        """Return the outputs of all time steps, [..., 2 * hidden_size], and the states of both directions."""
        outputs, states = zip(*(direction(x_input, one) for direction, one in zip(self.directions, state)))
        both = [output if isinstance(output, Tensor) else output.data for output in outputs]
        return with_data(x_input, torch.cat(both, dim=-1)), list(states)


def with_data(sequence: Sequence, data: Tensor) -> Sequence:
    """Return a sequence with other numbers at its time steps."""
    if isinstance(sequence, Tensor):
        return data
    return PackedSequence(data, sequence.batch_sizes, sequence.sorted_indices, sequence.unsorted_indices)


def steps_of(sequence: Sequence) -> list[Tensor]:
    """Return the time steps of a sequence, [examples that are not at their end, size] each."""
    return list(sequence.unbind() if isinstance(sequence, Tensor) else sequence.data.split(sequence.batch_sizes.tolist()))


def repeated(step: Callable[..., tuple[Tensor, Any]], steps: list[Tensor], state: Any) -> tuple[list[Tensor], Any]:
    """Return the outputs of a cell at all time steps, and the last state of each example.

    The examples of a step are the first ones of the batch. Where the next step has fewer, the others have ended; where it has
    more, as backwards in time, more begin, each with its own first state.

    Args:
        step: function (inputs, state) -> (outputs, next state).
        steps: inputs at each time, [examples, size].
        state: first state of all examples, a tensor [batch, ...] or several.
    """
    outputs, ended, present = [], [], rows(state, 0, len(steps[0]))
    for inputs in steps:
        before, now = size_of(present), len(inputs)
        if now < before:
            ended.append(rows(present, now, before))
            present = rows(present, 0, now)
        elif now > before:
            present = of_states(torch.cat, present, rows(state, before, now))
        output, present = step(inputs, present)
        outputs.append(output)
    return outputs, of_states(torch.cat, present, *ended[::-1]) if ended else present


def of_states(function: Callable[[list[Tensor]], Tensor], *states: Any) -> Any:
    """Return a state, each of whose tensors a function makes of those of other states in the same place."""
    first = states[0]
    if isinstance(first, Tensor):
        return function(list(states))
    parts = [function(list(part)) for part in zip(*states)]
    return type(first)(*parts) if hasattr(first, '_fields') else type(first)(parts)


def rows(state: Any, begin: int, end: int) -> Any:
    """Return the part of a state that belongs to some examples of the batch, all of which may be meant."""
    return state if begin == 0 and end == size_of(state) else of_states(lambda parts: parts[0][begin:end], state)


def size_of(state: Any) -> int:
    """Return the number of examples that a state belongs to."""
    return len(state if isinstance(state, Tensor) else state[0])
