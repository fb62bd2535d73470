"""What a recurrent layer does at one time step: analog products, then gates, which are digital."""

from abc import abstractmethod
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import Linear, Module

from aihwlab.nn.modules.container import AnalogContainerBase
from aihwlab.nn.modules.linear import AnalogLinear
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.tiles.arguments import require_sizes


class LSTMState(NamedTuple):
    """State of an LSTM: `hx`, the output of the last step, and `cx`, what the cell keeps, [batch, hidden_size] each."""

    hx: Tensor
    cx: Tensor


class AnalogRNNCell(AnalogContainerBase, Module):
    """A recurrent cell, `(output, state) = cell(input, state)`, in two parts.

    `project` knows nothing of the state, so that a layer calls it once for all time steps; `step` is called at each of them.
    A cell of your own derives from this class and has a `step`.

    Args:
        input_size: number of inputs.
        hidden_size: number of outputs, and numbers in the state.
        bias: whether each product adds a bias.
        rpu_config: configuration of the tiles; None makes the cell digital, of `torch.nn.Linear`.
        tile_module_class: class of the tiles, if not the one that the configuration chooses.

    Raises:
        ConfigError: for sizes that are no integers of at least 1.
    """

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, rpu_config: RPUConfigBase | None = None,
                 tile_module_class: type[Module] | None = None) -> None:
        super().__init__()
        require_sizes(input_size=input_size, hidden_size=hidden_size)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        self.build(lambda inputs, outputs: Linear(inputs, outputs, bias) if rpu_config is None else
                   AnalogLinear(inputs, outputs, bias, rpu_config, tile_module_class))

    @abstractmethod
    def build(self, layer: Any) -> None:
        """Make the layers of the cell by `layer(number of inputs, number of outputs)`."""

    def project(self, x_input: Tensor) -> Tensor:
        """Return what `step` needs of inputs [..., input_size], of all time steps at once: by default the inputs."""
        return x_input

    @abstractmethod
    def step(self, projected: Tensor, state: Any) -> tuple[Tensor, Any]:
        """Return the output [batch, hidden_size] and the next state for what `project` has returned, [batch, ...]."""

    def forward(self, x_input: Tensor, state: Any) -> tuple[Tensor, Any]:
        """Return the output [batch, hidden_size] and the next state for inputs [batch, input_size]."""
        return self.step(self.project(x_input), state)

    def get_zero_state(self, batch_size: int) -> Any:
        """Return a state of zeros, [batch_size, hidden_size]."""
        return torch.zeros(batch_size, self.hidden_size, device=next(self.parameters()).device)


class TwoProducts(AnalogRNNCell):
    """Mix-in of cells with a matrix for the input, `weight_ih`, and another for the state, `weight_hh`, as in torch."""

    gates = 1
    """How many outputs of the products there are for each number in the state."""

    def build(self, layer: Any) -> None:
        """Make both layers."""
        self.weight_ih = layer(self.input_size, self.gates * self.hidden_size)
        self.weight_hh = layer(self.hidden_size, self.gates * self.hidden_size)

    def project(self, x_input: Tensor) -> Tensor:
        """Return the products of the inputs."""
        return self.weight_ih(x_input)


class AnalogVanillaRNNCell(TwoProducts):
    """The cell of Elman: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`; its state is its output.

    Source: J. L. Elman, Cognitive Science 14, 179, 1990, doi:10.1207/s15516709cog1402_1. For arguments see `AnalogRNNCell`.

    Attributes:
        nonlinearity: name of the function of torch around the sum, 'tanh' or 'relu'.
    """

    nonlinearity = 'tanh'

    def step(self, projected: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Return the output, twice: it is the next state."""
        output = getattr(torch, self.nonlinearity)(projected + self.weight_hh(state))
        return output, output


class WithCellState:
    """Mix-in of cells whose state is an `LSTMState`.

        c' = sigmoid(f) c + sigmoid(i) tanh(g),   h' = sigmoid(o) tanh(c')

    for gates in the order i, f, g, o (in, forget, cell, out), which is that of torch.
    """

    def get_zero_state(self: Any, batch_size: int) -> LSTMState:
        """Return a state of zeros, twice [batch_size, hidden_size]."""
        zeros = AnalogRNNCell.get_zero_state(self, batch_size)
        return LSTMState(zeros, zeros)


def through_gates(gates: Tensor, cx: Tensor) -> tuple[Tensor, LSTMState]:
    """Return the output and the next state of an LSTM for the sums before its gates, [batch, 4 * hidden_size]."""
    in_gate, forget_gate, cell_gate, out_gate = gates.chunk(4, dim=-1)
    cx = torch.sigmoid(forget_gate) * cx + torch.sigmoid(in_gate) * torch.tanh(cell_gate)
    hx = torch.sigmoid(out_gate) * torch.tanh(cx)
    return hx, LSTMState(hx, cx)


class AnalogLSTMCell(WithCellState, TwoProducts):
    """The cell of a long short-term memory, with gates `W_ih x + b_ih + W_hh h + b_hh`; see `WithCellState`.

    Source: F. A. Gers, J. Schmidhuber, F. Cummins, Neural Computation 12, 2451, 2000, doi:10.1162/089976600300015015. For
    arguments see `AnalogRNNCell`.
    """

    gates = 4

    def step(self, projected: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, LSTMState]:
        """Return the output and the next state."""
        hx, cx = state
        return through_gates(projected + self.weight_hh(hx), cx)


class AnalogLSTMCellCombinedWeight(WithCellState, AnalogRNNCell):
    """The same cell with one matrix, `weight`, and one bias: gates `W (x, h) + b`.

    All of it fits onto one tile, whose output lines add what comes of the input and of the state; but there is one product
    for both, so that they share the range of its converters, and the inputs have to wait for the state.
    """

    def build(self, layer: Any) -> None:
        """Make the layer."""
        self.weight = layer(self.input_size + self.hidden_size, 4 * self.hidden_size)

    def step(self, projected: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, LSTMState]:
        """Return the output and the next state."""
        hx, cx = state
        return through_gates(self.weight(torch.cat([projected, hx], dim=-1)), cx)


class AnalogGRUCell(TwoProducts):
    """The cell of a gated recurrent unit; its state is its output.

        r = sigmoid(W_ir x + b_ir + W_hr h + b_hr),   z = sigmoid(W_iz x + b_iz + W_hz h + b_hz)
        n = tanh(W_in x + b_in + r (W_hn h + b_hn)),   h' = n + z (h - n)

    for gates in the order r, z, n, which is that of torch.

    Source: K. Cho et al., EMNLP, 2014, doi:10.3115/v1/D14-1179; r behind the product, not before it, as in torch. For
    arguments see `AnalogRNNCell`.
    """

    gates = 3

    def step(self, projected: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Return the output, twice: it is the next state."""
        of_input, of_state = projected.chunk(3, dim=-1), self.weight_hh(state).chunk(3, dim=-1)
        reset, update = (torch.sigmoid(x + h) for x, h in zip(of_input[:2], of_state[:2]))
        new = torch.tanh(of_input[2] + reset * of_state[2])
        output = new + update * (state - new)
        return output, output
