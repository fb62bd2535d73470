"""A small network for images whose matrices are cut to the size of tiles."""

import torch
from torch.nn import Flatten, LogSoftmax, MaxPool2d, NLLLoss, Tanh

from aihwlab.nn import AnalogConv2dMapped, AnalogLinearMapped, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import InferenceRPUConfig
from aihwlab.simulator.parameters import MappingParameter

config = InferenceRPUConfig(mapping=MappingParameter(max_input_size=32, max_output_size=8, weight_scaling_omega=0.6))
model = AnalogSequential(
    AnalogConv2dMapped(1, 4, 3, rpu_config=config), Tanh(), MaxPool2d(2),
    AnalogConv2dMapped(4, 10, kernel_size=3, stride=1, padding=1, rpu_config=config), Tanh(), Flatten(),
    AnalogLinearMapped(160, 2, rpu_config=config), LogSoftmax(dim=1))

images = torch.rand(20, 1, 10, 10)
labels = (images[:, 0, :, :5].mean((1, 2)) > images[:, 0, :, 5:].mean((1, 2))).long()
optimizer = AnalogSGD(model.parameters(), lr=0.1)
optimizer.regroup_param_groups(model)
losses = []
for _ in range(30):
    optimizer.zero_grad()
    loss = NLLLoss()(model(images), labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
assert losses[-1] < losses[0]

convolution = model[3]
assert (convolution.in_sizes, convolution.out_sizes) == ([2, 2], [5, 5])
assert len(convolution.array) == 2 and sum(1 for _ in model.analog_tiles()) == 1 + 4 + 5
weight, bias = convolution.get_weights()
assert weight.shape == (10, 36) and bias.shape == (10,)
model.eval()
model.drift_analog_weights(3600.0)
print(f'loss {losses[-1]:.3f}, after an hour {NLLLoss()(model(images), labels).item():.3f}')
