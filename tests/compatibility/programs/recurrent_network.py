"""A character of a text after the other: a network of two layers with two directions learns whether the next is a vowel."""

import torch
from torch.nn import Dropout
from torch.nn.functional import binary_cross_entropy_with_logits

from aihwlab.nn import AnalogGRUCell, AnalogLinear, AnalogLSTMCellCombinedWeight, AnalogRNN, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import ConstantStepDevice, SingleRPUConfig
from aihwlab.simulator.presets import IdealizedPreset

TEXT = 'a tile multiplies a vector by a matrix, and a recurrent network asks it to do so again and again'
LETTERS = sorted(set(TEXT))


class Reader(AnalogSequential):
    def __init__(self, cell, rpu_config):
        super().__init__()
        self.dropout = Dropout(0.1)
        self.rnn = AnalogRNN(cell, len(LETTERS), 8, bias=True, rpu_config=rpu_config, xavier=True, num_layers=2, bidir=True,
                             dropout=0.1)
        self.head = AnalogLinear(16, 1, rpu_config=rpu_config)

    def forward(self, x, states):
        y, states = self.rnn(self.dropout(x), states)
        return self.head(y), states


codes = torch.tensor([LETTERS.index(letter) for letter in TEXT])
x = torch.nn.functional.one_hot(codes, len(LETTERS)).float().reshape(-1, 4, len(LETTERS))
target = torch.tensor([float(letter in 'aeiou') for letter in TEXT]).roll(-1).reshape(-1, 4, 1)

for cell, config in ((AnalogGRUCell, IdealizedPreset()),
                     (AnalogLSTMCellCombinedWeight, SingleRPUConfig(device=ConstantStepDevice()))):
    model = Reader(cell, config)
    optimizer = AnalogSGD(model.parameters(), lr=0.3)
    optimizer.regroup_param_groups(model)
    losses = []
    for _ in range(15):
        optimizer.zero_grad()
        y, states = model(x, model.rnn.get_zero_state(4))
        loss = binary_cross_entropy_with_logits(y, target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(f'{cell.__name__}: {losses[0]:.3f} at first, {losses[-1]:.3f} now')
    assert min(losses[5:]) < losses[0] and len(states) == 2

digital = AnalogRNN(AnalogLSTMCellCombinedWeight, 3, 5, True, None)
assert digital(torch.rand(6, 2, 3))[0].shape == (6, 2, 5)
