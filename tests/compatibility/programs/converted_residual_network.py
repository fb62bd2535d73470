"""A residual network of torch becomes analog, layer by layer as wished, is summarised, trained, and digital again."""

import torch
from torch import nn

from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogWrapper
from aihwlab.nn.conversion import convert_to_analog, convert_to_digital
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import FloatingPointRPUConfig
from aihwlab.simulator.presets import TikiTakaEcRamPreset
from aihwlab.utils.analog_info import analog_summary


class Block(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride=stride, padding=1, bias=False)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(out), nn.BatchNorm2d(out)
        self.shortcut = nn.Sequential()
        if stride != 1 or channels != out:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.layers = nn.Sequential(Block(8, 8, 1), Block(8, 16, 2))
        self.fc = nn.Linear(16, 3)

    def forward(self, x):
        return self.fc(self.layers(torch.relu(self.bn1(self.conv1(x)))).mean((2, 3)))


def exact_shortcuts(name, module, rpu_config):
    return FloatingPointRPUConfig() if 'shortcut' in name else rpu_config


digital = ResNet()
model = convert_to_analog(digital, TikiTakaEcRamPreset(), exclude_modules=['conv1'], verbose=True,
                          specific_rpu_config_fun=exact_shortcuts)
assert isinstance(model, AnalogWrapper) and isinstance(model, ResNet)
assert type(model.conv1) is nn.Conv2d and isinstance(model.fc, AnalogLinear)
assert isinstance(model.layers[1].shortcut[0], AnalogConv2d)
assert isinstance(model.layers[1].shortcut[0].analog_module.rpu_config, FloatingPointRPUConfig)
summary = analog_summary(model, (1, 3, 8, 8))
assert summary.total_tile_number == 6

images, labels = torch.rand(12, 3, 8, 8), torch.arange(12) % 3
images[torch.arange(12), labels] += 0.5
optimizer = AnalogSGD(model.parameters(), lr=0.1)
optimizer.regroup_param_groups(model)
losses = []
for _ in range(6):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(f'loss {losses[0]:.3f} at first, {losses[-1]:.3f} now')
assert losses[-1] < losses[0]

again = convert_to_digital(model)
assert type(again) is ResNet and type(again.fc) is nn.Linear
assert torch.equal(again.fc.weight, model.fc.get_weights()[0])
