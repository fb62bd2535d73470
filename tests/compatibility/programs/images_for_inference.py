"""A deep network of convolutions is trained aware of its hardware, saved, programmed and read after a year."""

import io

import torch
from torch.nn import BatchNorm2d, CrossEntropyLoss, Flatten, LogSoftmax, MaxPool2d, ReLU, Tanh

from aihwlab.inference import PCMLikeNoiseModel
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import InferenceRPUConfig, WeightClipType, WeightModifierType, WeightNoiseType
from aihwlab.simulator.configs.utils import BoundManagementType
from aihwlab.simulator.parameters import MappingParameter

rpu_config = InferenceRPUConfig()
rpu_config.forward.out_res = -1.0
rpu_config.forward.w_noise_type = WeightNoiseType.ADDITIVE_CONSTANT
rpu_config.forward.w_noise = 0.02
rpu_config.backward.bound_management = BoundManagementType.NONE
rpu_config.noise_model = PCMLikeNoiseModel(g_max=25.0)
rpu_config.clip.type = WeightClipType.LAYER_GAUSSIAN
rpu_config.clip.sigma = 3.0
rpu_config.modifier.type = WeightModifierType.ADD_NORMAL
rpu_config.modifier.std_dev = 0.05
rpu_config.mapping = MappingParameter(weight_scaling_omega=0.6, learn_out_scaling=True)


def block(channels, out, pool=True):
    layers = [AnalogConv2d(channels, out, kernel_size=3, padding=1, rpu_config=rpu_config), BatchNorm2d(out), ReLU()]
    return layers + [MaxPool2d(kernel_size=2, stride=2)] if pool else layers


def network():
    return AnalogSequential(*block(1, 6, pool=False), *block(6, 6), *block(6, 12), Flatten(),
                            AnalogLinear(48, 16, rpu_config=rpu_config), Tanh(),
                            AnalogLinear(16, 4, rpu_config=rpu_config), LogSoftmax(dim=1))


images = torch.rand(80, 1, 8, 8)
labels = torch.arange(80) % 4
for image, label in zip(images, labels):  # the brightest quarter is the class
    row, column = 4 * (label // 2), 4 * (label % 2)
    image[0, row:row + 4, column:column + 4] += 0.7

model = network()
optimizer = AnalogSGD(model.parameters(), lr=0.05, momentum=0.9)
optimizer.regroup_param_groups(model)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.5)
for _ in range(8):
    model.train()
    for batch in torch.randperm(80).split(20):
        optimizer.zero_grad()
        loss = CrossEntropyLoss()(model(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
    scheduler.step()


def accuracy(network):
    with torch.no_grad():
        return (network(images).argmax(dim=1) == labels).float().mean().item()


file = io.BytesIO()
torch.save(model.state_dict(), file)
file.seek(0)
loaded = network()
loaded.load_state_dict(torch.load(file, weights_only=False))
loaded.eval()
print(f'trained: {accuracy(loaded):.2f}')
assert accuracy(loaded) > 0.8
for t_inference in (0.0, 3600.0, 3.15e7):
    loaded.drift_analog_weights(t_inference)
    print(f'after {t_inference:g} s: {accuracy(loaded):.2f}')
assert accuracy(loaded) > 0.5
