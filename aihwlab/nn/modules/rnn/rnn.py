"""Recurrent networks of several layers."""

import warnings
from collections.abc import Callable
from math import sqrt
from typing import Any

import torch
from torch import Tensor
from torch.nn import Dropout, Linear, Module, ModuleList, init
from torch.nn.utils.rnn import PackedSequence

from aihwlab.nn.modules.base import AnalogLayer
from aihwlab.nn.modules.container import AnalogContainerBase
from aihwlab.nn.modules.rnn.layers import AnalogBidirRNNLayer, AnalogRNNLayer, Sequence, of_states, with_data
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.tiles.arguments import require, require_tensor


class ModularRNN(AnalogContainerBase, Module):
    """Recurrent layers on top of each other, with dropout between them.

    Args:
        num_layers: how many there are.
        layer: class of the layers.
        dropout: share of the outputs of a layer that the next one does not see, in training.
        first_layer_args, other_layer_args: arguments of the first layer, and of all others.
    """

    def __init__(self, num_layers: int, layer: Callable[..., Module], dropout: float, first_layer_args: Any,
                 other_layer_args: Any) -> None:
        super().__init__()
        self.layers = ModuleList([layer(*first_layer_args), *(layer(*other_layer_args) for _ in range(num_layers - 1))])
        self.dropout = Dropout(dropout)

    def get_zero_state(self, batch_size: int) -> list[Any]:
        """Return a state of zeros for each layer."""
        return [layer.get_zero_state(batch_size) for layer in self.layers]

    def forward(self, x_input: Sequence, states: list[Any]) -> tuple[Sequence, list[Any]]:
        """Return the outputs of the last layer, a sequence, and the last states of all layers."""
        output, last = x_input, []
        for number, (layer, state) in enumerate(zip(self.layers, states)):
            if number > 0 and self.training and self.dropout.p > 0:
                output = with_data(output, self.dropout(output if isinstance(output, Tensor) else output.data))
            output, state = layer(output, state)
            last.append(state)
        return output, last


class AnalogRNN(AnalogContainerBase, Module):
    """Recurrent network of several layers of analog cells.

    Example:
        >>> network = AnalogRNN(AnalogLSTMCell, 10, 64, rpu_config=ReRamSBPreset(), num_layers=2)
        >>> y, states = network(torch.rand(20, 8, 10))                  # [time, batch, inputs] -> [time, batch, 64]

    Products of all time steps are taken on the same tile, one vector after the other; an update gets the vectors of all
    steps. Inputs of a layer do not wait for its state, so that their product is one call for all steps.

    Args:
        cell: class of the cells, such as `AnalogLSTMCell`.
        input_size, hidden_size: numbers of inputs, and of outputs of a cell.
        bias: whether the products add a bias.
        rpu_config: configuration of the tiles; None makes a digital network.
        tile_module_class: class of the tiles, if not the one that the configuration chooses.
        xavier: start as `reset_parameters(xavier=True)` does.
        num_layers: how many layers there are.
        bidir: whether each layer has two cells, one for each direction of time.
        dropout: share of the outputs of a layer that the next one does not see, in training.
        batch_first: whether inputs and outputs are [batch, time, ...].

    Raises:
        ConfigError: for sizes that are no integers of at least 1.
        ValueError: for a number of layers that is none, or a dropout that is no probability.
    """

    def __init__(self, cell: Callable[..., Any], input_size: int, hidden_size: int, bias: bool = True,
                 rpu_config: RPUConfigBase | None = None, tile_module_class: type[Module] | None = None,
                 xavier: bool = False, num_layers: int = 1, bidir: bool = False, dropout: float = 0.0,
                 batch_first: bool = False) -> None:
        super().__init__()
        require('num_layers', num_layers)
        require('dropout', dropout, float, '[0, 1]')
        if dropout > 0 and num_layers == 1:
            warnings.warn(f'dropout = {dropout}: it acts between layers, of which there is one only', stacklevel=2)
        self.cell, self.input_size, self.hidden_size, self.bias = cell, input_size, hidden_size, bias
        self.num_layers, self.bidir, self.batch_first = num_layers, bidir, batch_first
        further = hidden_size, bias, rpu_config, tile_module_class
        inner_size = hidden_size * (2 if bidir else 1)
        self.rnn = ModularRNN(num_layers, AnalogBidirRNNLayer if bidir else AnalogRNNLayer, dropout,
                              (cell, input_size, *further), (cell, inner_size, *further))
        self.reset_parameters(xavier)

    def get_zero_state(self, batch_size: int) -> list[Any]:
        """Return a state of zeros for each layer; with two directions, a list of two for each."""
        return self.rnn.get_zero_state(batch_size)

    def forward(self, x_input: Sequence, states: list[Any] | None = None) -> tuple[Sequence, list[Any]]:
        """Return outputs and last states.

        Args:
            x_input: [time, batch, input_size] (with `batch_first`, [batch, time, input_size]), or a `PackedSequence`.
            states: the first state of each layer, zeros by default; with two directions, a list of two for each layer. A state
                is a tensor [batch, hidden_size], or a pair of them for an LSTM.

        Returns:
            The outputs, [time, batch, hidden_size], twice as many with two directions, in the form of the inputs; and the
            last state of each layer, in the form of `states`.

        Raises:
            TypeError: for inputs that are neither.
            ValueError: for inputs of another shape, or another number of states or batch of a state.
        """
        is_packed = isinstance(x_input, PackedSequence)
        if not is_packed:
            require_tensor(x_input)
        data = x_input.data if isinstance(x_input, PackedSequence) else x_input
        if data.dim() != (2 if is_packed else 3) or data.shape[-1] != self.input_size or 0 in data.shape[:2]:
            order = 'examples' if is_packed else 'batch, time' if self.batch_first else 'time, batch'
            raise ValueError(f'input of shape {tuple(data.shape)}: must be [{order}, {self.input_size}], with at least one '
                             'time step of one example')
        if isinstance(x_input, PackedSequence):
            batch = int(x_input.batch_sizes[0])
            output, last = self.rnn(x_input, in_order(self.first_states(states, batch), x_input.sorted_indices))
            return output, in_order(last, x_input.unsorted_indices)
        steps = x_input.transpose(0, 1) if self.batch_first else x_input
        output, last = self.rnn(steps, self.first_states(states, steps.shape[1]))
        return output.transpose(0, 1) if self.batch_first else output, last

    def first_states(self, states: list[Any] | None, batch: int) -> list[Any]:
        """Return the first states, checked; zeros by default."""
        if states is None:
            return self.get_zero_state(batch)
        flat = [one for state in states for one in state] if self.bidir else list(states)
        count = self.num_layers * (2 if self.bidir else 1)
        if len(states) != self.num_layers or len(flat) != count:
            raise ValueError(f'{len(states)} states: must be one for each of {self.num_layers} layers'
                             f'{", a list of two, one for each direction" if self.bidir else ""}')
        for state in flat:
            for part in (state,) if isinstance(state, Tensor) else state:
                if part.shape != (batch, self.hidden_size):
                    raise ValueError(f'state of shape {tuple(part.shape)}: must be {(batch, self.hidden_size)}')
        return states

    def reset_parameters(self, xavier: bool = False) -> None:
        """Write initial weights: uniform within +-1 / sqrt(hidden_size), the biases too.

        Args:
            xavier: weights as Glorot and Bengio (2010) recommend, uniform within +-sqrt(6 / (inputs + outputs)), and biases
                of zero.
        """
        if xavier:
            self.init_layers(init.xavier_uniform_, init.zeros_)
        else:
            bound = 1 / sqrt(self.hidden_size)
            self.init_layers(lambda weight: init.uniform_(weight, -bound, bound),
                             lambda bias: init.uniform_(bias, -bound, bound))

    @torch.no_grad()
    def init_layers(self, weight_init_fn: Callable[[Tensor], Any],
                    bias_init_fn: Callable[[Tensor], Any] | None = None) -> None:
        """Write initial weights, and biases, with functions that fill a tensor in place, such as those of `torch.nn.init`."""
        for layer in self.modules():
            if isinstance(layer, (AnalogLayer, Linear)):
                is_analog = isinstance(layer, AnalogLayer)
                weight, bias = layer.get_weights() if is_analog else (layer.weight, layer.bias)
                weight_init_fn(weight)
                if bias is not None and bias_init_fn is not None:
                    bias_init_fn(bias)
                if is_analog:
                    layer.set_weights(weight, bias)


def in_order(states: Any, indices: Tensor | None) -> Any:
    """Return states, or lists of them, with the examples of the batch in another order."""
    if indices is None:
        return states
    if isinstance(states, list):
        return [in_order(state, indices) for state in states]
    return of_states(lambda parts: parts[0][indices], states)
