"""A network of analog layers and digital ones of few bits: trained in low precision, or calibrated after training."""

from copy import deepcopy

import torch
from torch.nn import BatchNorm2d, Conv2d, CrossEntropyLoss, Linear, Module
from torch.nn.functional import avg_pool2d, relu

from aihwlab.inference.calibration import calibrate_quantization_ranges
from aihwlab.inference.compensation.drift import GlobalDriftCompensation
from aihwlab.inference.noise.pcm import PCMLikeNoiseModel
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.nn.low_precision_conversion import convert_to_quantized
from aihwlab.nn.low_precision_modules.conversion_utils import append_default_conversions
from aihwlab.nn.low_precision_modules.quantized_base_modules import QuantBatchNorm2d, QuantConv2d, QuantLinear
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import QuantizedTorchInferenceRPUConfig, TorchInferenceRPUConfig
from aihwlab.simulator.configs.utils import (
    BoundManagementType,
    NoiseManagementType,
    WeightClipType,
    WeightModifierType,
    WeightRemapType,
)
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig, QuantizationMap, QuantizedModuleConfig
from aihwlab.simulator.presets.utils import IOParameters


class Net(Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = Conv2d(1, 6, 3, padding=1, bias=False), BatchNorm2d(6)
        self.conv2, self.bn2 = Conv2d(6, 6, 3, padding=1, bias=False), BatchNorm2d(6)
        self.linear = Linear(24, 2)

    def forward(self, x):
        x = relu(self.bn1(self.conv1(x)))
        return self.linear(avg_pool2d(relu(x + self.bn2(self.conv2(x))), 4).flatten(1))


def tile_config(bits):
    config = QuantizedTorchInferenceRPUConfig() if bits else TorchInferenceRPUConfig()
    config.modifier.type, config.modifier.std_dev = WeightModifierType.ADD_NORMAL, 0.02
    config.mapping.weight_scaling_omega, config.mapping.weight_scaling_columnwise = 1.0, True
    config.remap.type = WeightRemapType.LAYERWISE_SYMMETRIC
    config.clip.type, config.clip.sigma = WeightClipType.LAYER_GAUSSIAN, 2.0
    config.forward = IOParameters()
    config.forward.out_noise, config.forward.out_bound, config.forward.out_res = 0.0, 12, 1 / (2 ** 8 - 2)
    config.forward.bound_management = BoundManagementType.NONE
    config.forward.noise_management = NoiseManagementType.ABS_MAX
    config.forward.inp_bound, config.forward.inp_res = (0.0, -1) if bits else (1.0, 1 / (2 ** 6 - 2))
    config.noise_model, config.drift_compensation = PCMLikeNoiseModel(g_max=25.0), GlobalDriftCompensation()
    if bits:
        config.act_quant_config = ActivationQuantConfig(n_bits=bits, symmetric=False)
        config.pre_post.periph_quant.n_bits = bits
    return config


def in_low_precision(model, bits, from_analog=False):
    quantization_map = QuantizationMap()
    quantization_map.default_qconfig.activation_quant.n_bits = bits
    quantization_map.default_qconfig.activation_quant.symmetric = False
    quantization_map.default_qconfig.weight_quant.n_bits = 8
    quantization_map.default_qconfig.weight_quant.per_channel = True
    default = quantization_map.default_qconfig
    quantization_map.input_activation_qconfig_map = {name: default.activation_quant for name in ('conv1', 'linear')}
    quantization_map.module_qconfig_map[BatchNorm2d] = QuantizedModuleConfig(
        quantized_module=QuantBatchNorm2d, module_qconfig=deepcopy(default))
    append_default_conversions(quantization_map)
    if from_analog:
        for name, kind in (('conv1', QuantConv2d), ('linear', QuantLinear)):
            quantization_map.instance_qconfig_map[name] = QuantizedModuleConfig(
                quantized_module=kind, module_qconfig=deepcopy(default))
    return convert_to_quantized(model, quantization_map)


def train(model, steps):
    optimizer = AnalogSGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        CrossEntropyLoss()(model(images), labels).backward()
        optimizer.step()


def accuracy(model, t_inference=3600.0):
    model.eval()
    model.drift_analog_weights(t_inference=t_inference)
    return (model(images).argmax(dim=1) == labels).float().mean().item()


labels = torch.arange(64) % 2
images = 0.3 * torch.randn(64, 1, 8, 8)
images[:, 0, 2:6, 2:6] += torch.where(labels == 0, 1.0, -1.0)[:, None, None]

mixed = in_low_precision(convert_to_analog(Net(), tile_config(6), exclude_modules=['conv1', 'linear']), 6)
train(mixed, 40)
print(f'trained in low precision: {accuracy(mixed):.2f}')
assert accuracy(mixed) > 0.9

analog = convert_to_analog(Net(), tile_config(0))
train(analog, 40)
ready = convert_to_analog(Net(), tile_config(6))
ready.load_state_dict(analog.state_dict(), strict=False, load_rpu_config=False)
calibrated = in_low_precision(ready, 6, from_analog=True)
_ = calibrate_quantization_ranges(calibrated, [(images, labels)] * 2, max_num_batches=25)
print(f'calibrated after training: {accuracy(calibrated):.2f}')
assert accuracy(calibrated) > 0.9
