"""Weights on one, two or many devices, with a drift of one's own, as programmed as they can be: errors over time."""

from copy import deepcopy

import torch
from torch.nn import Linear

from aihwlab.inference import (
    CustomDriftPCMLikeNoiseModel,
    CustomPairConductanceConverter,
    DualPairConductanceConverter,
    NPairConductanceConverter,
    PCMLikeNoiseModel,
    SinglePairConductanceConverter,
)
from aihwlab.inference.converter.wpo import WeightProgrammingOptimizer, downsample_weight_distribution, loss_weights
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.simulator.configs import InferenceRPUConfig, IOParameters

drift = dict(g_lst=[0.0, 10.0, 25.0], nu_mean_lst=[0.08, 0.05, 0.04], nu_std_lst=[0.03, 0.01, 0.01])
models = {
    'one pair': PCMLikeNoiseModel(g_converter=SinglePairConductanceConverter(g_max=25.0)),
    'two pairs': PCMLikeNoiseModel(g_converter=DualPairConductanceConverter(f_lst=[1.0, 1.0], g_max=25.0)),
    'three pairs': PCMLikeNoiseModel(g_converter=NPairConductanceConverter(f_lst=[1.0, 2.0, 4.0], g_max=25.0)),
    'tables': PCMLikeNoiseModel(g_converter=CustomPairConductanceConverter(
        f_lst=[1.0], g_lst=[[5.0, 15.0, 25.0], [25.0, 15.0, 5.0]], g_max=25.0)),
    'a drift of our own': CustomDriftPCMLikeNoiseModel(drift, g_converter=SinglePairConductanceConverter(g_max=25.0)),
}
digital = Linear(40, 30)
weights = digital.weight.detach()
errors = {}
for name, noise_model in models.items():
    conductances, params = noise_model.g_converter.convert_to_conductances(weights)
    restored = noise_model.g_converter.convert_back_to_weights(conductances, params)
    assert len(conductances) % 2 == 0 and torch.allclose(restored, weights, atol=1e-5)
    model = convert_to_analog(digital, InferenceRPUConfig(forward=IOParameters(is_perfect=True), noise_model=noise_model))
    model.eval()
    model.program_analog_weights()
    errors[name] = []
    for t_inference in (0.0, 1e5):
        model.drift_analog_weights(t_inference)
        programmed, _ = model.get_weights()
        errors[name].append(((programmed - weights).square().mean().sqrt() / weights.abs().max()).item())
    print(f'{name}: errors {errors[name]}')
assert errors['two pairs'][0] < errors['one pair'][0] < errors['tables'][0] < 0.3

rpu_config = InferenceRPUConfig(noise_model=deepcopy(models['tables']))
small = downsample_weight_distribution(weights, (10, 10))
baseline = models['tables'].g_converter
optimizer = WeightProgrammingOptimizer(small, [1.0], rpu_config, [20.0, 1e5], baseline, maxiter=4, popsize=3)
g_converter, success = optimizer.run_optimizer()
assert success is True
before = loss_weights(weights, rpu_config, [20.0, 1e5])
after = loss_weights(weights, InferenceRPUConfig(noise_model=PCMLikeNoiseModel(g_converter=g_converter)), [20.0, 1e5])
print(f'losses: {before:.3f} with both devices in use, {after:.3f} with tables that were searched for')
assert after < before
