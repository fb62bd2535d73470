"""Recurrent networks of torch whose weight matrices are layers that can be analog."""

from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import GRU, LSTM, RNN, Module

from aihwlab.nn.modules.rnn.cells import AnalogGRUCell, AnalogLSTMCell, AnalogVanillaRNNCell, LSTMState
from aihwlab.nn.modules.rnn.layers import Sequence
from aihwlab.nn.modules.rnn.rnn import AnalogRNN
from aihwlab.simulator.parameters.base import RPUConfigBase


class ConvertedRNN(AnalogRNN):
    """`torch.nn.RNN`, `LSTM` or `GRU` with a layer of its own for each weight matrix, and torch's inputs and outputs.

    Torch keeps the matrices as parameters of the network, which no crossbar can take the place of. Here they are the layers
    `weight_ih` and `weight_hh` of the cells; conversion makes them analog one by one.

    Example:
        >>> network = convert_to_analog(torch.nn.LSTM(10, 64, num_layers=2), ReRamSBPreset())
        >>> y, (h, c) = network(torch.rand(20, 8, 10))

    Args:
        module: torch's network, whose weights are copied into digital layers.

    Raises:
        ValueError: for an LSTM with projections (`proj_size`).
    """

    cells: ClassVar[dict[type[Module], Any]] = {RNN: AnalogVanillaRNNCell, LSTM: AnalogLSTMCell, GRU: AnalogGRUCell}

    def __init__(self, module: Any) -> None:
        if module.proj_size > 0:
            raise ValueError(f'proj_size = {module.proj_size}: must be 0, there is no analog cell with a projection')
        self.digital_class = next(kind for kind in self.cells if isinstance(module, kind))
        super().__init__(self.cells[self.digital_class], module.input_size, module.hidden_size, module.bias,
                         num_layers=module.num_layers, bidir=module.bidirectional, batch_first=module.batch_first)
        self.rnn.dropout.p = module.dropout
        if self.digital_class is RNN:
            for cell in self.all_cells():
                cell.nonlinearity = module.nonlinearity
        with torch.no_grad():
            for layer, (weight, bias) in zip(self.matrices(), parameters_of(module)):
                layer.weight = torch.nn.Parameter(weight.clone())
                layer.bias = None if bias is None else torch.nn.Parameter(bias.clone())
        self.train(module.training)

    @classmethod
    def from_digital(cls, module: Module, rpu_config: RPUConfigBase | None = None,
                     tile_module_class: type[Module] | None = None) -> 'ConvertedRNN':
        """Return a network with the weights of torch's in digital layers, for `convert_to_analog` to go on with."""
        return cls(module)

    def to_digital(self) -> Module:
        """Return torch's network with the weights of the layers, analog or not."""
        layers = [layer.to_digital() if hasattr(layer, 'to_digital') else layer for layer in self.matrices()]
        kind = {'nonlinearity': self.all_cells()[0].nonlinearity} if self.digital_class is RNN else {}
        weight = layers[0].weight
        digital = self.digital_class(self.input_size, self.hidden_size, self.num_layers, bias=self.bias,
                                     batch_first=self.batch_first, dropout=self.rnn.dropout.p, bidirectional=self.bidir,
                                     device=weight.device, dtype=weight.dtype, **kind)
        with torch.no_grad():
            for (weight, bias), layer in zip(parameters_of(digital), layers):
                weight.copy_(layer.weight)
                if bias is not None:
                    bias.copy_(layer.bias)
        return digital.train(self.training)

    def forward(self, x_input: Sequence, hx: Any = None) -> tuple[Sequence, Any]:
        """Return outputs and last states, as torch's network does.

        Args:
            x_input: [time, batch, input_size] (with `batch_first`, [batch, time, input_size]), [time, input_size] of one
                example, or a `PackedSequence`.
            hx: first states, [layers * directions, batch, hidden_size] (of one example without the batch), for an LSTM a pair
                of such tensors; zeros by default.

        Raises:
            ValueError: for other shapes.
        """
        if isinstance(x_input, Tensor) and x_input.dim() == 2:
            batch = 0 if self.batch_first else 1
            first = None if hx is None else each(hx, lambda part: part.unsqueeze(1))
            output, last = self.forward(x_input.unsqueeze(batch), first)
            return output.squeeze(batch), each(last, lambda part: part.squeeze(1))
        output, states = super().forward(x_input, None if hx is None else self.as_states(hx))
        return output, self.as_tensors(states)

    def as_states(self, hx: Any) -> list[Any]:
        """Return first states in torch's form in that of `AnalogRNN`."""
        flat = list(hx) if isinstance(hx, Tensor) else [LSTMState(*parts) for parts in zip(*hx)]
        return [flat[place:place + 2] for place in range(0, len(flat), 2)] if self.bidir else flat

    def as_tensors(self, states: list[Any]) -> Any:
        """Return last states in torch's form."""
        flat = [one for state in states for one in state] if self.bidir else states
        return torch.stack(flat) if isinstance(flat[0], Tensor) else tuple(torch.stack(parts) for parts in zip(*flat))

    def all_cells(self) -> list[Any]:
        """Return the cells, in the order of torch's parameters: layer by layer, each forwards and backwards."""
        return [one.cell for layer in self.rnn.layers for one in (layer.directions if self.bidir else [layer])]

    def matrices(self) -> list[Any]:
        """Return the layers of all cells, in the order of torch's parameters."""
        return [layer for cell in self.all_cells() for layer in (cell.weight_ih, cell.weight_hh)]

    def flatten_parameters(self) -> None:
        """Do nothing: torch's networks put their weights side by side for a GPU, as programs ask them to."""


def each(state: Any, function: Any) -> Any:
    """Return what a function makes of a state in torch's form, or of both parts of it."""
    return function(state) if isinstance(state, Tensor) else tuple(function(part) for part in state)


def parameters_of(module: Any) -> list[tuple[Tensor, Tensor | None]]:
    """Return weights and biases of torch's network: of each cell those of its input, then those of its state."""
    pairs: list[tuple[Tensor, Tensor | None]] = []
    for ending in (f'l{number}{direction}' for number in range(module.num_layers)
                   for direction in (('', '_reverse') if module.bidirectional else ('',))):
        pairs += [(getattr(module, f'weight_{of}_{ending}'), getattr(module, f'bias_{of}_{ending}', None))
                  for of in ('ih', 'hh')]
    return pairs
