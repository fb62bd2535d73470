"""A small encoder as in BERT: converted with the usual training, moved with a state, and evaluated over a year."""

import torch
from torch import nn

from aihwlab.inference import ReRamWan2022NoiseModel
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.optim import AnalogAdam
from aihwlab.simulator.configs import TorchInferenceRPUConfig, WeightClipType, WeightModifierType, WeightRemapType
from aihwlab.simulator.parameters import MappingParameter, WeightClipParameter, WeightModifierParameter, WeightRemapParameter

WIDTH, HEADS, WORDS = 16, 2, 12


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.output = nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        q, k, v = (layer(x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for layer in (self.query, self.key, self.value))
        y = nn.functional.scaled_dot_product_attention(q, k, v)
        return self.output(y.transpose(1, 2).flatten(2))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, WIDTH)
        self.attention, self.norms = Attention(), nn.ModuleList([nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)])
        self.feed_forward = nn.Sequential(nn.Linear(WIDTH, 32), nn.GELU(), nn.Linear(32, WIDTH))
        self.classifier = nn.Linear(WIDTH, 2)

    def forward(self, words):
        x = self.embedding(words)
        x = self.norms[0](x + self.attention(x))
        x = self.norms[1](x + self.feed_forward(x))
        return self.classifier(x.mean(dim=1))


rpu_config = TorchInferenceRPUConfig(
    mapping=MappingParameter(weight_scaling_omega=1.0, weight_scaling_columnwise=True, learn_out_scaling=True,
                             out_scaling_columnwise=True, max_input_size=256, max_output_size=0),
    modifier=WeightModifierParameter(type=WeightModifierType.ADD_NORMAL, std_dev=0.03),
    clip=WeightClipParameter(type=WeightClipType.FIXED_VALUE, fixed_value=1.0),
    remap=WeightRemapParameter(type=WeightRemapType.CHANNELWISE_SYMMETRIC))
rpu_config.pre_post.input_range.enable = True
rpu_config.pre_post.input_range.init_from_data = 10
rpu_config.forward.out_noise = 0.02

model = convert_to_analog(Encoder(), rpu_config)
assert sum(1 for _ in model.analog_layers()) == 7 and isinstance(model.embedding, nn.Embedding)
words = torch.randint(0, WORDS, (64, 6))
labels = (words == 3).any(dim=1).long()  # is the word there?
optimizer = AnalogAdam(model.parameters(), lr=0.01)
losses = []
for _ in range(60):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(words), labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(f'loss {losses[0]:.3f} at first, {losses[-1]:.3f} now')
assert losses[-1] < losses[0] / 2

other = convert_to_analog(Encoder(), rpu_config)
other.load_state_dict(model.state_dict())
other.eval()
with torch.no_grad():
    for noise_model, times in ((None, (0.0, 3600.0, 3.15e7)), (ReRamWan2022NoiseModel(), (1.0, 86400.0))):
        other.program_analog_weights(noise_model)
        for t_inference in times:
            other.drift_analog_weights(t_inference)
            accuracy = (other(words).argmax(dim=1) == labels).float().mean().item()
            print(f'after {t_inference:g} s: accuracy {accuracy:.2f}')
            assert accuracy > 0.6
