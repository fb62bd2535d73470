"""Recurrent networks: with exact tiles they are torch's, with analog ones they learn, are saved and are programmed."""

import copy
import pickle

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from aihwlab.exceptions import ConfigError
from aihwlab.nn import (
    AnalogGRUCell,
    AnalogLinear,
    AnalogLSTMCell,
    AnalogLSTMCellCombinedWeight,
    AnalogRNN,
    AnalogVanillaRNNCell,
    ConvertedRNN,
)
from aihwlab.nn.conversion import convert_to_analog, convert_to_digital
from aihwlab.nn.modules.rnn.cells import AnalogRNNCell, LSTMState
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import InferenceRPUConfig
from aihwlab.simulator.presets import IdealizedPreset, ReRamSBPreset
from tests.compare import slow_except
from tests.networks import EXACT, through_a_file, wide_config

CELLS = [AnalogVanillaRNNCell, AnalogLSTMCell, AnalogLSTMCellCombinedWeight, AnalogGRUCell]
KINDS = {AnalogVanillaRNNCell: nn.RNN, AnalogLSTMCell: nn.LSTM, AnalogGRUCell: nn.GRU}
LENGTHS = [4, 7, 1, 7, 5]


def close(one, two, rtol=1e-4, atol=1e-5):
    torch.testing.assert_close(one, two, rtol=rtol, atol=atol)


def of_torch(kind, **settings):
    """Return a network of torch, and examples of the same length and of different ones."""
    torch.manual_seed(2)
    digital = kind(3, 6, num_layers=2, **settings)
    examples = torch.randn(7, 5, 3)
    first = settings.get('batch_first', False)
    return digital, examples.transpose(0, 1) if first else examples, pack_padded_sequence(
        examples.transpose(0, 1) if first else examples, LENGTHS, batch_first=first, enforce_sorted=False)


def sum_of_squares(outputs, states):
    parts = [outputs.data, *(states if isinstance(states, tuple) else [states])]
    return sum((part ** 2).sum() for part in parts)


@pytest.mark.parametrize('settings', [{}, {'bidirectional': True, 'bias': False}, {'batch_first': True}], ids=str)
@pytest.mark.parametrize('kind', KINDS.values())
def test_exact_tiles_compute_and_learn_as_torch(kind, settings):
    digital, whole, packed = of_torch(kind, **settings)
    analog = convert_to_analog(digital, EXACT)
    assert isinstance(analog, ConvertedRNN) and analog.analog_tile_count() == (8 if 'bidirectional' in settings else 4)
    for sequence in (whole, packed):
        y1, s1 = digital(sequence)
        y2, s2 = analog(sequence)
        assert type(y2) is type(y1)
        close(y1.data, y2.data)
        close(s1, s2)
        close(digital(sequence, s1)[1], analog(sequence, s2)[1])
        for network, optimizer in ((digital, torch.optim.SGD), (analog, AnalogSGD)):
            step = optimizer(network.parameters(), lr=0.01)
            step.zero_grad()
            sum_of_squares(*network(sequence)).backward()
            step.step()
        for name, parameter in convert_to_digital(analog).named_parameters():
            close(parameter, dict(digital.named_parameters())[name])


@pytest.mark.parametrize('kind', KINDS.values())
def test_one_example_without_batch_and_gradients_of_inputs_and_states(kind):
    digital, whole, _ = of_torch(kind)
    analog = convert_to_analog(digital, EXACT)
    with torch.no_grad():
        _, state = digital(whole[:, 0])
    gradients = []
    for network in (digital, analog):
        x = whole[:, 0].clone().requires_grad_()
        y, last = network(x, state)
        assert y.shape == (7, 6)
        sum_of_squares(y, last).backward()
        gradients.append(x.grad)
    close(*gradients)


def test_other_nonlinearities_are_kept_and_projections_refused():
    digital, whole, _ = of_torch(nn.RNN, nonlinearity='relu')
    analog = convert_to_analog(digital, EXACT)
    close(digital(whole)[0], analog(whole)[0])
    assert convert_to_digital(analog).nonlinearity == 'relu'
    with pytest.raises(ValueError, match='proj_size = 2: must be 0'):
        convert_to_analog(nn.LSTM(3, 6, proj_size=2), EXACT)


def test_dropout_of_torch_is_that_between_layers():
    digital, whole, _ = of_torch(nn.GRU, dropout=0.5)
    analog = convert_to_analog(digital, EXACT)
    assert (analog(whole)[0] != analog(whole)[0]).any() and convert_to_digital(analog).dropout == 0.5
    close(digital.eval()(whole)[0], analog.eval()(whole)[0])


def test_one_layer_of_a_converted_network_can_stay_digital():
    digital = nn.Sequential(nn.LSTM(3, 6, num_layers=2))
    analog = convert_to_analog(digital, EXACT, exclude_modules=['0.rnn.layers.1.cell.weight_ih'])
    assert analog.analog_tile_count() == 3
    close(analog(torch.ones(4, 2, 3))[0], digital(torch.ones(4, 2, 3))[0])
    close(convert_to_digital(analog)[0].weight_ih_l1, digital[0].weight_ih_l1)


@pytest.mark.parametrize('bidir', [False, True])
@pytest.mark.parametrize('cell', CELLS)
def test_shapes_and_states(cell, bidir):
    network = AnalogRNN(cell, 3, 6, rpu_config=wide_config(), num_layers=2, bidir=bidir)
    names = [name for name, _ in network.named_analog_tiles()]
    weight = 'weight' if cell is AnalogLSTMCellCombinedWeight else 'weight_ih'
    assert f'rnn.layers.1.{"directions.1." if bidir else ""}cell.{weight}.analog_module' in names
    x = torch.rand(7, 5, 3)
    y, states = network(x)
    assert y.shape == (7, 5, 12 if bidir else 6) and len(states) == 2
    for state in [one for both in states for one in both] if bidir else states:
        assert isinstance(state, LSTMState) == ('LSTM' in cell.__name__)
        assert all(part.shape == (5, 6) for part in (state if isinstance(state, LSTMState) else [state]))
    close(network(x, network.get_zero_state(5))[0], y)
    if not bidir:  # a sequence in two parts is the same sequence
        before, middle = network(x[:3])
        after, last = network(x[3:], middle)
        close(torch.cat([before, after]), y)
        close(last, states)


def test_both_lstm_cells_are_one():
    torch.manual_seed(3)
    two, one = (cell(3, 6, True, EXACT) for cell in (AnalogLSTMCell, AnalogLSTMCellCombinedWeight))
    weights, biases = zip(two.weight_ih.get_weights(), two.weight_hh.get_weights())
    one.weight.set_weights(torch.cat(weights, dim=1), sum(biases))
    x, state = torch.rand(4, 3), LSTMState(torch.rand(4, 6), torch.rand(4, 6))
    close(one(x, state), two(x, state))


@pytest.mark.parametrize('cell', CELLS)
def test_without_a_configuration_all_is_digital(cell):
    network = AnalogRNN(cell, 3, 6)
    assert network.analog_tile_count() == 0 and any(isinstance(layer, nn.Linear) for layer in network.modules())
    network(torch.rand(4, 2, 3))[0].sum().backward()


def test_batch_first_and_packed_sequences():
    network = AnalogRNN(AnalogGRUCell, 3, 6, rpu_config=EXACT, bidir=True)
    x = torch.rand(7, 5, 3)
    y, states = network(x)
    network.batch_first = True
    turned, same = network(x.transpose(0, 1))
    close(turned.transpose(0, 1), y)
    close(same, states)
    packed, last = network(pack_padded_sequence(x, LENGTHS, enforce_sorted=False))
    assert isinstance(packed, PackedSequence)
    network.batch_first = False
    for example, length in enumerate(LENGTHS):
        _, alone = network(x[:length, example:example + 1])
        close([state[example:example + 1] for state in last[0]], alone[0])


def test_initial_weights():
    torch.manual_seed(1)
    network = AnalogRNN(AnalogLSTMCell, 16, 25, rpu_config=EXACT)
    for weight, bias in network.get_weights().values():
        assert 0.19 < weight.abs().max() <= 0.2 and 0.15 < bias.abs().max() <= 0.2
    for fresh in (network, AnalogRNN(AnalogLSTMCell, 16, 25, rpu_config=EXACT, xavier=True)):
        fresh.reset_parameters(xavier=True)
        (weight, bias), _ = fresh.get_weights().values()
        assert 0.19 < weight.abs().max() <= (6 / 116) ** 0.5 and not bias.any()
    network.init_layers(nn.init.ones_)
    assert all((weight == 1).all() and not bias.any() for weight, bias in network.get_weights().values())


def recalling(cell, config, steps):
    """Train a network to tell at the end of a sequence how it has begun; return it, and the share that it gets right."""
    torch.manual_seed(1)
    network = nn.ModuleDict({'rnn': AnalogRNN(cell, 1, 12, rpu_config=config), 'head': AnalogLinear(12, 2, rpu_config=config)})
    optimizer = AnalogSGD(network.parameters(), lr=0.5)
    for _ in range(steps):
        x = torch.randint(2, (6, 32, 1)).float() * 2 - 1
        optimizer.zero_grad()
        y, _ = network['rnn'](x)
        nn.functional.cross_entropy(network['head'](y[-1]), (x[0, :, 0] > 0).long()).backward()
        optimizer.step()
    x = torch.randint(2, (6, 400, 1)).float() * 2 - 1
    with torch.no_grad():
        right = network['head'](network['rnn'](x)[0][-1]).argmax(dim=1) == (x[0, :, 0] > 0)
    return network, right.float().mean().item()


@pytest.mark.parametrize('cell', slow_except(AnalogGRUCell, CELLS))
def test_a_sequence_is_remembered(cell):
    assert recalling(cell, IdealizedPreset(), 0)[1] < 0.7
    assert recalling(cell, IdealizedPreset(), 600)[1] > 0.95


def test_a_checkpoint_goes_on_bit_by_bit():
    network, _ = recalling(AnalogLSTMCell, ReRamSBPreset(), 2)
    x = torch.rand(6, 3, 1)
    other, _ = recalling(AnalogLSTMCell, ReRamSBPreset(), 0)
    other.load_state_dict(through_a_file(network.state_dict()))
    copies = [other, copy.deepcopy(network), pickle.loads(pickle.dumps(network))]
    expected, _ = network['rnn'](x)
    for each in copies:
        assert (each['rnn'](x)[0] == expected).all()


def test_programs_and_drifts():
    network = AnalogRNN(AnalogGRUCell, 3, 6, rpu_config=InferenceRPUConfig(), bidir=True).eval()
    network.drift_analog_weights(1000.0)
    assert all(tile.programmed is not None for tile in network.analog_tiles())
    assert torch.isfinite(network(torch.rand(4, 2, 3))[0]).all()


def test_a_cell_of_your_own():
    class Leaky(AnalogRNNCell):
        def build(self, layer):
            self.weight = layer(self.input_size, self.hidden_size)

        def project(self, x_input):
            return self.weight(x_input)

        def step(self, projected, state):
            state = 0.5 * state + projected
            return state, state

    class Alone(nn.Module):
        def __init__(self, *arguments):
            super().__init__()
            self.inner = Leaky(*arguments)

        def get_zero_state(self, batch_size):
            return self.inner.get_zero_state(batch_size)

        def forward(self, x_input, state):
            return self.inner(x_input, state)

    networks = [AnalogRNN(cell, 3, 2, rpu_config=EXACT, num_layers=2, bidir=True) for cell in (Leaky, Alone)]
    for one, other in zip(*(network.analog_tiles() for network in networks)):
        other.set_weights(*one.get_weights())
    x = torch.rand(4, 5, 3)
    assert networks[0](x)[0].shape == (4, 5, 4)
    close(networks[0](x), networks[1](x))


GRU, LSTM = (lambda *sizes, **settings: AnalogRNN(AnalogGRUCell, *sizes, **settings),
             lambda *sizes, **settings: AnalogRNN(AnalogLSTMCell, *sizes, **settings))


@pytest.mark.parametrize('call, error, message', [
    (lambda: GRU(0, 3), ConfigError, 'input_size = 0'),
    (lambda: GRU(3, 3, num_layers=0), ValueError, 'num_layers = 0'),
    (lambda: GRU(3, 3, num_layers=2, dropout=1.5), ValueError, 'dropout = 1.5'),
    (lambda: GRU(3, 3)(torch.rand(4, 2)), ValueError, r'input of shape \(4, 2\): must be \[time, batch, 3'),
    (lambda: GRU(3, 3)(torch.rand(0, 2, 3)), ValueError, 'at least one time step'),
    (lambda: GRU(3, 3)([1.0]), TypeError, 'must be a torch tensor'),
    (lambda: GRU(3, 3)(torch.rand(4, 2, 3), []), ValueError, '0 states: must be one for each of 1 layers'),
    (lambda: LSTM(3, 3)(torch.rand(4, 2, 3), [2 * (torch.rand(1, 3),)]), ValueError, r'state of shape \(1, 3\): must be'),
])
def test_errors_say_what_is_wrong(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_dropout_of_one_layer_warns():
    with pytest.warns(UserWarning, match='dropout = 0.5: it acts between layers'):
        AnalogRNN(AnalogGRUCell, 3, 3, dropout=0.5)
