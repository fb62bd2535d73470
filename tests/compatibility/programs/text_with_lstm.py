"""A network with long short-term memory learns a text letter by letter, for inference, and writes on after it has drifted."""

import torch
from torch.nn import CrossEntropyLoss, Embedding

from aihwlab.inference import GlobalDriftCompensation, PCMLikeNoiseModel
from aihwlab.nn import AnalogLinear, AnalogLSTMCell, AnalogRNN, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import InferenceRPUConfig, WeightModifierType

TEXT = 'the rain in spain stays mainly in the plain '
LETTERS = sorted(set(TEXT))
codes = torch.tensor([LETTERS.index(letter) for letter in TEXT])

rpu_config = InferenceRPUConfig(noise_model=PCMLikeNoiseModel(), drift_compensation=GlobalDriftCompensation())
rpu_config.forward.out_noise = 0.02
rpu_config.modifier.type = WeightModifierType.ADD_NORMAL
rpu_config.modifier.std_dev = 0.02
rpu_config.mapping.weight_scaling_omega = 1.0


class Writer(AnalogSequential):
    def __init__(self):
        super().__init__()
        self.embedding = Embedding(len(LETTERS), 12)
        self.lstm = AnalogRNN(AnalogLSTMCell, 12, 24, bias=True, rpu_config=rpu_config, num_layers=1)
        self.decoder = AnalogLinear(24, len(LETTERS), rpu_config=rpu_config)

    def forward(self, letters, states=None):
        y, states = self.lstm(self.embedding(letters), states)
        return self.decoder(y), states


model = Writer()
optimizer = AnalogSGD(model.parameters(), lr=1.0)
optimizer.regroup_param_groups(model)
inputs, targets = codes[:-1, None], codes[1:]
losses = []
for _ in range(45):
    optimizer.zero_grad()
    y, _ = model(inputs)
    loss = CrossEntropyLoss()(y[:, 0], targets)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
    optimizer.step()
    losses.append(loss.item())
print(f'loss {losses[0]:.2f} at first, {losses[-1]:.2f} now')
assert losses[-1] < losses[0] / 2

model.eval()
with torch.no_grad():
    for t_inference in (0.0, 86400.0):
        model.drift_analog_weights(t_inference)
        states, written = None, [LETTERS.index('t')]
        for _ in range(30):
            y, states = model(torch.tensor([[written[-1]]]), states)
            written.append(int(y[0, 0].argmax()))
        print(f'after {t_inference:g} s:', ''.join(LETTERS[code] for code in written))
    assert len(set(written)) > 3
