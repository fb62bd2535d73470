"""Programming and drift of whole networks."""

import pytest
import torch
from torch import nn

from aihwlab.datasets.mnist_subset import read_subset
from aihwlab.exceptions import ConfigError, ModuleError
from aihwlab.inference import PCMLikeNoiseModel, drift_analog_weights, program_analog_weights
from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import InferenceRPUConfig, TorchInferenceRPUConfig
from aihwlab.simulator.parameters import IOParameters, WeightModifierParameter, WeightModifierType
from aihwlab.simulator.presets import IdealizedPreset


@pytest.mark.parametrize('root', [nn.Sequential, AnalogSequential])
def test_all_tiles_are_programmed_by_pulses(root):
    torch.manual_seed(1)
    model = root(AnalogLinear(3, 4, bias=False, rpu_config=IdealizedPreset()), nn.Tanh(),
                 AnalogLinear(4, 2, bias=False, rpu_config=IdealizedPreset())).eval()
    before = [layer.get_weights()[0] for layer in model if isinstance(layer, AnalogLinear)]
    program_analog_weights(model)
    after = [layer.get_weights()[0] for layer in model if isinstance(layer, AnalogLinear)]
    for wanted, found in zip(before, after):
        assert 0 < (wanted - found).abs().mean() < 0.05


@pytest.mark.parametrize('call, error, message', [
    (lambda model: program_analog_weights(model), ModuleError, 'program_analog_weights: .* call model.eval'),
    (lambda model: drift_analog_weights(model), ModuleError, 'drift_analog_weights: .* call model.eval'),
    (lambda model: program_analog_weights(model.eval(), 'noise'), ConfigError, "noise_model = 'noise': must be an instance"),
    (lambda model: program_analog_weights(model.eval(), PCMLikeNoiseModel()), ConfigError, '(?s)noise_model = .*must be None'),
    (lambda model: drift_analog_weights(model.eval(), -1.0), ValueError, r't_inference = -1.0: must be in \[0, inf\)')])
def test_what_is_refused_says_why(call, error, message):
    with pytest.raises(error, match=message):
        call(nn.Sequential(AnalogLinear(3, 2)))


@pytest.mark.parametrize('root', [nn.Sequential, AnalogSequential])
@pytest.mark.parametrize('config', [InferenceRPUConfig, TorchInferenceRPUConfig])
def test_tiles_for_inference_are_programmed_once_and_drift(root, config):
    """Below containers, too, each operation is done once; pulsed tiles beside them are programmed by pulses."""
    torch.manual_seed(1)
    model = root(AnalogSequential(AnalogLinear(3, 4, rpu_config=config())), AnalogLinear(4, 2, rpu_config=IdealizedPreset()))
    model.eval()
    tile = model[0][0].analog_module
    operation = tile.kernel_tile.operation
    program_analog_weights(model, PCMLikeNoiseModel(prog_noise_scale=2.0))
    assert tile.kernel_tile.operation == operation + 1 and tile.rpu_config.noise_model.prog_noise_scale == 2.0
    assert model[1].analog_module.reference_weights is not None
    for time in (0.0, 3600.0, 86400.0):
        drift_analog_weights(model, time)
        assert tile.programmed.t_inference == time
    assert tile.alpha > 1.2 and tile.kernel_tile.operation == operation + 1


def prepared(images):
    """Return images of 14 x 14 pixels between 0 and 1, as vectors."""
    return nn.functional.avg_pool2d(torch.from_numpy(images).float()[:, None] / 255, 2).flatten(1)


def trained_digits(data, modifier, seed):
    """Return a small network that was trained to read digits, for devices with three times the noise of programming."""
    torch.manual_seed(seed)
    config = InferenceRPUConfig(forward=IOParameters(is_perfect=True), modifier=modifier,
                                noise_model=PCMLikeNoiseModel(prog_noise_scale=3.0))
    model = AnalogSequential(AnalogLinear(196, 16, rpu_config=config), nn.ReLU(), AnalogLinear(16, 10, rpu_config=config))
    images, labels = data
    optimizer = AnalogSGD(model.parameters(), lr=0.2)
    for _ in range(6):
        for chosen in torch.randperm(len(images)).split(50):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[chosen]), labels[chosen]).backward()
            optimizer.step()
    return model.eval()


@pytest.mark.slow
def test_hardware_aware_training_makes_a_network_better_after_a_day():
    """Pairs of networks that differ in what training has seen: the mean gain is above three of its standard errors."""
    train_images, train_labels, test_images, test_labels = read_subset()
    data = prepared(train_images[:2000]), torch.from_numpy(train_labels[:2000]).long()
    images, labels = prepared(test_images), torch.from_numpy(test_labels).long()

    def accuracy_after_a_day(modifier, seed):
        model, found = trained_digits(data, modifier, seed), []
        for _ in range(5):
            program_analog_weights(model)
            drift_analog_weights(model, 86400.0)
            with torch.no_grad():
                found.append((model(images).argmax(1) == labels).float().mean().item())
        return sum(found) / len(found)

    noisy = WeightModifierParameter(type=WeightModifierType.ADD_NORMAL, std_dev=0.1)
    gains = torch.tensor([accuracy_after_a_day(noisy, seed) - accuracy_after_a_day(WeightModifierParameter(), seed)
                          for seed in range(4)])
    assert gains.mean() > 3 * gains.std() / len(gains) ** 0.5 and gains.mean() > 0.01
