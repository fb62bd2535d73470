"""Networks on a GPU: they go on there, and back on the processor, as if nothing had happened."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import InferenceRPUConfig, SingleRPUConfig, SoftBoundsDevice
from aihwlab.simulator.presets import ReRamSBPreset, TikiTakaReRamSBPreset
from aihwlab.simulator.rpu_base import cuda

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not cuda.is_compiled(), reason='no GPU, CuPy or numba-cuda')]

IMAGES, LABELS = torch.rand(6, 4, 1, 8, 8, generator=torch.Generator().manual_seed(1)), torch.arange(24).reshape(6, 4) % 3
CONFIGS = [SingleRPUConfig(device=SoftBoundsDevice()), ReRamSBPreset(), TikiTakaReRamSBPreset(), InferenceRPUConfig()]


def network(config):
    torch.manual_seed(3)
    return AnalogSequential(AnalogConv2d(1, 4, 3, rpu_config=config), torch.nn.Tanh(), torch.nn.Flatten(),
                            AnalogLinear(144, 3, rpu_config=config))


def train(model, places):
    """Train for one step on each of some torch devices; return the weights of all layers."""
    optimizer = AnalogSGD(model.parameters(), lr=0.1)
    for number, place in enumerate(places):
        model.to(place)
        optimizer.regroup_param_groups(model)
        optimizer.zero_grad()
        outputs = model(IMAGES[number].to(place))
        torch.nn.functional.cross_entropy(outputs, LABELS[number].to(place)).backward()
        optimizer.step()
    return torch.cat([tile.get_weights()[0].cpu().flatten() for tile in model.analog_tiles()])


@pytest.mark.parametrize('config', CONFIGS, ids=lambda config: type(config).__name__)
def test_a_run_goes_on_there_and_back(config):
    """Sums of products are rounded differently there; now and then an output lies one step beside, and a pulse is another."""
    model = network(config)
    there = train(deepcopy(model), ['cpu', 'cpu', 'cuda', 'cuda', 'cpu', 'cpu'])
    here = train(model, ['cpu'] * 6)
    assert (abs(there - here) > 1e-4).float().mean() < 0.1
    assert abs(there - here).mean() < 0.1 * here.std()


def test_weights_stay_where_they_are_between_moves():
    model = network(ReRamSBPreset())
    before = [tile.get_weights()[0] for tile in model.analog_tiles()]
    model.cuda()
    assert all(tile.is_cuda for tile in model.analog_tiles())
    after = [tile.get_weights()[0].cpu() for tile in model.cpu().analog_tiles()]
    assert all(torch.equal(*both) for both in zip(before, after))


def test_a_checkpoint_from_there_goes_on_here():
    model = network(ReRamSBPreset())
    train(model, ['cuda', 'cuda'])
    other = network(ReRamSBPreset())
    other.load_state_dict(model.state_dict())
    states = [[tile.kernel_tile.state() for tile in made.cpu().analog_tiles()] for made in (model, other)]
    for one, two in zip(*states):
        assert one['operation'] == two['operation']
        np.testing.assert_array_equal(one['weights'], two['weights'])
