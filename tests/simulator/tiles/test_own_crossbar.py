"""What a crossbar of one's own remembers: through copies, checkpoints, and changes of the configuration."""

from copy import deepcopy

import pytest
import torch

from aihwlab.exceptions import TileError
from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.simulator.configs import InferenceRPUConfig, IOParameters, TorchInferenceRPUConfig
from aihwlab.simulator.tiles.custom import CustomRPUConfig, CustomSimulatorTile
from aihwlab.simulator.tiles.torch_tile import TorchSimulatorTile
from tests.networks import all_weights, through_a_file

PERFECT = IOParameters(is_perfect=True)


class Broken(TorchSimulatorTile):
    """A crossbar of which some outputs are broken, which counts its products as soon as there are some."""

    def __init__(self, x_size, d_size, rpu_config, bias=False):
        super().__init__(x_size, d_size, rpu_config, bias)
        self.works = (torch.rand(d_size) < 0.5).float()
        self.bound = torch.tensor(rpu_config.forward.out_bound)
        self.products = None

    def forward(self, x_input, *args, **kwargs):
        self.products = len(x_input) + (torch.tensor(0) if self.products is None else self.products)
        return self.works * super().forward(x_input, *args, **kwargs)


class BrokenCustom(Broken, CustomSimulatorTile):
    """The same for training."""


CONFIGS = [TorchInferenceRPUConfig(simulator_tile_class=Broken, forward=PERFECT),
           CustomRPUConfig(simulator_tile_class=BrokenCustom, forward=PERFECT)]


def network(config):
    return AnalogSequential(AnalogLinear(3, 8, rpu_config=config), AnalogLinear(8, 20, rpu_config=config))


@pytest.mark.parametrize('config', CONFIGS)
def test_it_is_copied_and_saved(config):
    torch.manual_seed(1)
    model, x = network(config), torch.rand(5, 3)
    y = model(x)
    assert 0 < (y == model[1].get_weights()[1]).all(dim=0).sum() < 20
    loaded, generator = network(config), torch.get_rng_state()
    loaded.load_state_dict(through_a_file(model.state_dict()))
    assert torch.equal(torch.get_rng_state(), generator)  # crossbars that are only made to be filled have drawn nothing
    for other in (loaded, deepcopy(model), through_a_file(model, weights_only=False)):
        assert [tile.tile.products.item() for tile in other.analog_tiles()] == [5, 5]
        assert other[0].analog_module.tile.products.dtype is torch.int64
        assert torch.equal(other(x), y) and other[0].analog_module.tile is not model[0].analog_module.tile
        assert [tile.tile.products.item() for tile in other.analog_tiles()] == [10, 10]
    assert [tile.tile.products.item() for tile in model.analog_tiles()] == [5, 5]


@pytest.mark.parametrize('config', CONFIGS)
def test_it_stays_when_the_configuration_changes_but_for_what_follows_from_it(config):
    layer, x = AnalogLinear(3, 20, rpu_config=config), torch.rand(5, 3)
    y, works = layer(x), layer.analog_module.tile.works
    layer.analog_module.rpu_config.forward.out_bound = 7.0
    assert torch.equal(layer(x), y)
    layer.replace_rpu_config(layer.analog_module.rpu_config)
    assert torch.equal(layer(x), y)
    simulator = layer.analog_module.tile
    assert torch.equal(simulator.works, works) and (simulator.products, simulator.bound) == (15, 7.0)
    other = deepcopy(config)
    other.simulator_tile_class = TorchSimulatorTile if type(simulator) is Broken else CustomSimulatorTile
    layer.replace_rpu_config(other)
    assert not hasattr(layer.analog_module.tile, 'works') and not torch.equal(layer(x), y)


@pytest.mark.parametrize('change, message', [
    (lambda kept: kept.update(forward=torch.zeros(1)), "a tensor of Broken.* = 'forward': must be a name of its own"),
    (lambda kept: kept.update(seen=torch.zeros(1)), "= 'seen': must be a name of its own"),
    (lambda kept: kept.update(owner=torch.zeros(1)), "= 'owner': must be a name of its own"),
    (lambda kept: kept.clear(), 'Broken.*: is missing'),
    (lambda kept: kept.update(works=torch.zeros(3)), r'works of shape = \(3,\): must be \(20,\)'),
    (lambda kept: kept.update(works='text'), "works = 'text': must be a tensor")])
@pytest.mark.parametrize('config', CONFIGS)
def test_a_checkpoint_that_does_not_fit_is_refused_and_changes_nothing(config, change, message):
    model = network(config)
    state = deepcopy(model.state_dict())
    change(state['1.analog_module.analog_tile_state']['simulator'])
    before, kept = all_weights(model), [tile.simulator for tile in model.analog_tiles()]
    with pytest.raises(TileError, match=message):
        model.load_state_dict(state)
    assert torch.equal(all_weights(model), before)
    assert [tile.simulator for tile in model.analog_tiles()] == kept
    model(torch.rand(5, 3))
    assert all(tile.tile.products == 5 for tile in model.analog_tiles())


def test_a_tile_that_would_not_know_it_does_not_take_it():
    model = AnalogLinear(3, 20, rpu_config=CONFIGS[0])
    with pytest.raises(TileError, match='unknown parts: simulator'):
        AnalogLinear(3, 20, rpu_config=InferenceRPUConfig()).load_state_dict(model.state_dict())
    with pytest.raises(TileError, match='Broken.*: is missing'):
        model.load_state_dict(AnalogLinear(3, 20, rpu_config=InferenceRPUConfig()).state_dict())
