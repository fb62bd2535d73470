"""A network for images on crossbars whose wires have resistance: what it costs, pass by pass, and on resistive memory."""

import torch
from torch.nn import Conv2d, CrossEntropyLoss, Flatten, Linear, MaxPool2d, ReLU, Sequential

from aihwlab.datasets import load_mnist
from aihwlab.inference import PCMLikeNoiseModel, ReRamCMONoiseModel, SinglePairConductanceConverter
from aihwlab.nn.conversion import convert_to_analog, convert_to_digital
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import (
    InferenceRPUConfig,
    TorchInferenceRPUConfig,
    TorchInferenceRPUConfigIRDropT,
)
from aihwlab.simulator.parameters import AnalogMVType, BoundManagementType, IOParametersIRDropT

torch.manual_seed(3)


def tensors(part, count):
    images, labels = zip(*(part[number] for number in range(count)))
    return torch.stack(images), torch.tensor(labels)


train, test = (tensors(part, count) for part, count in zip(load_mnist(source='bundled'), (1000, 200)))


def configured(config):
    config.forward.bound_management = BoundManagementType.NONE
    config.forward.inp_res, config.forward.out_res = 2 ** 8 - 2, 2 ** 9 - 2
    config.forward.out_noise = 0.01
    config.mapping.max_input_size = 256
    config.mapping.weight_scaling_omega = 1.0
    config.mapping.weight_scaling_columnwise = True
    config.noise_model = PCMLikeNoiseModel(g_converter=SinglePairConductanceConverter(g_min=0.1, g_max=25.0))
    return config


model = Sequential(Conv2d(1, 8, 5), ReLU(), MaxPool2d(4), Flatten(), Linear(288, 10))
analog = convert_to_analog(model, configured(TorchInferenceRPUConfig()))
optimizer = AnalogSGD(analog.parameters(), lr=0.1)
for _ in range(2):
    for images, labels in zip(train[0].split(20), train[1].split(20)):
        optimizer.zero_grad()
        CrossEntropyLoss()(analog(images), labels).backward()
        optimizer.step()


digital, errors = convert_to_digital(analog), {}
with torch.no_grad():
    exact = digital(test[0])
accuracy = (exact.argmax(dim=1) == test[1]).float().mean().item()
for name, settings in {
        'no wires': dict(ir_drop=0.0), 'wires': {}, 'long wires': dict(ir_drop=30.0),
        'long wires, each cell': dict(ir_drop=30.0, ir_drop_segments=256),
        'an even converter': dict(ir_drop_v_read=0.4, adc_quantization=False, ir_drop_integration_sum=True),
        'split pulses': dict(mv_type=AnalogMVType.SPLIT_MODE), 'bits': dict(mv_type=AnalogMVType.BIT_WISE),
        'reads with noise': dict(apply_xdep_pcm_read_noise=True, xdep_pcm_read_noise_scale=2.0)}.items():
    config = configured(TorchInferenceRPUConfigIRDropT())
    for parameter, value in settings.items():
        setattr(config.forward, parameter, value)
    on_wires = convert_to_analog(digital, config).eval()
    with torch.no_grad():
        outputs = on_wires(test[0])
    errors[name] = ((outputs - exact).norm() / exact.norm()).item()
    found = (outputs.argmax(dim=1) == test[1]).float().mean()
    print(f'{name}: outputs are {100 * errors[name]:.1f} % off, accuracy {found:.3f} beside {accuracy:.3f}')
assert accuracy > 0.7
assert errors['no wires'] < errors['an even converter'] < errors['wires'] < errors['long wires']
assert errors['wires'] < errors['split pulses'] < errors['bits'] and errors['wires'] < errors['reads with noise']

on_wires.program_analog_weights()
on_wires.drift_analog_weights(60.0)
with torch.no_grad():
    found = (on_wires(test[0]).argmax(dim=1) == test[1]).float().mean()
print(f'programmed, after a minute: accuracy {found:.3f}')

memory = InferenceRPUConfig(forward=IOParametersIRDropT(), noise_model=ReRamCMONoiseModel())
memory.modifier.type = None
memory.drift_compensation = None
memory.mapping.digital_bias = False
memory.mapping.weight_scaling_omega = 1.0
resistive = convert_to_analog(digital, memory).eval()
resistive.program_analog_weights()
resistive.drift_analog_weights(1.0)
with torch.no_grad():
    outputs = resistive(test[0][:8])
assert outputs.shape == (8, 10) and torch.isfinite(outputs).all()
