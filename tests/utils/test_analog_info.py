"""The summary of a network: modules, tiles and how they are filled, and the cost of a forward pass."""

import math

import pytest
import torch
from torch import nn
from torchvision.models import resnet18

from aihwlab.nn import AnalogConv1d, AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.physics.layer_cost import TileSize, crossbar_cost, digital_cost
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.parameters import IOParameters, MappingParameter
from aihwlab.utils.analog_info import AnalogInfo, analog_summary
from tests.networks import EXACT, SPLIT


def config(inputs=0, outputs=0, **forward):
    return SingleRPUConfig(forward=IOParameters(**forward), mapping=MappingParameter(max_input_size=inputs,
                                                                                      max_output_size=outputs))


def network(rpu_config):
    return AnalogSequential(AnalogConv2d(2, 4, 3, rpu_config=rpu_config), nn.ReLU(), nn.Flatten(),
                            AnalogLinear(64, 3, rpu_config=rpu_config))


def test_what_is_analog_is_counted():
    info = AnalogInfo(network(SPLIT), (5, 2, 6, 6))  # 18 x 4 and 64 x 3, on tiles of at most 7 x 3
    assert info.total_nb_analog == 2
    assert [layer.num_tiles for layer in info.layer_summary] == [3 * 2, 0, 0, 10]
    assert info.total_tile_number == 16
    assert [layer.name for layer in info.layer_summary] == ['AnalogConv2d', 'ReLU', 'Flatten', 'AnalogLinear']
    assert [layer.path for layer in info.layer_summary] == ['0', '1', '2', '3']
    assert [layer.isanalog for layer in info.layer_summary] == [True, False, False, True]
    assert info.layer_summary[0].input_size == (5, 2, 6, 6) and info.layer_summary[0].output_size == (5, 4, 4, 4)
    assert info.layer_summary[0].kernel_size == (3, 3)


def test_vectors_are_those_of_the_whole_batch():
    """16 positions in each of 5 images; one vector for each image."""
    assert [layer.reuse_factor for layer in AnalogInfo(network(EXACT), (5, 2, 6, 6)).layer_summary] == [80, 0, 0, 5]
    info = AnalogInfo(AnalogConv1d(2, 3, 2, rpu_config=EXACT), (4, 2, 9))
    assert info.layer_summary[0].reuse_factor == 4 * 8 and info.layer_summary[0].path == ''


class Recurrent(nn.Module):
    """One layer that is called at each of seven time steps."""

    def __init__(self):
        super().__init__()
        self.step = AnalogLinear(4, 4, rpu_config=EXACT)

    def forward(self, x):
        for _ in range(7):
            x = torch.tanh(self.step(x))
        return x


def test_a_layer_that_is_called_often_is_one():
    info = AnalogInfo(Recurrent(), (2, 4))
    assert info.total_tile_number == info.total_nb_analog == 1
    assert info.layer_summary[0].reuse_factor == 14


def test_layers_that_are_not_called_come_last_without_shapes():
    model = Recurrent()
    model.unused = nn.Linear(2, 2)
    layers = AnalogInfo(model, (2, 4)).layer_summary
    assert [layer.path for layer in layers] == ['step', 'unused']
    assert layers[1].input_size is None and layers[1].digital is None


def test_tiles_say_how_far_they_are_filled():
    layer = AnalogLinear(10, 6, rpu_config=config(inputs=8, outputs=16))
    tiles = AnalogInfo(layer).layer_summary[0].tiles_info
    assert [(tile.log_in_size, tile.log_out_size) for tile in tiles] == [(5, 6)] * 2
    assert [(tile.phy_in_size, tile.phy_out_size) for tile in tiles] == [(8, 16)] * 2
    assert all(tile.is_mapped and tile.utilization == pytest.approx(100 * 30 / 128) for tile in tiles)
    free = AnalogInfo(AnalogLinear(10, 6, rpu_config=config())).layer_summary[0].tiles_info[0]
    assert (free.phy_in_size, free.phy_out_size, free.utilization, free.is_mapped) == (10, 6, 100, False)


def test_an_analog_bias_takes_a_line():
    rpu_config = FloatingPointRPUConfig(mapping=MappingParameter(digital_bias=False, max_input_size=11, max_output_size=8))
    tile, = AnalogInfo(AnalogLinear(10, 4, rpu_config=rpu_config)).layer_summary[0].tiles_info
    assert tile.log_in_size == 11 and tile.utilization == 50


def test_another_configuration_can_set_the_limits():
    tile, = AnalogInfo(AnalogLinear(10, 4, rpu_config=EXACT), None, config(inputs=20, outputs=8)).layer_summary[0].tiles_info
    assert (tile.phy_in_size, tile.phy_out_size) == (20, 8)


def test_costs_are_those_of_the_physics():
    info = AnalogInfo(AnalogLinear(600, 30, rpu_config=config(512, 512, inp_res=1 / 126, out_res=510)), (3, 600))
    layer, = info.layer_summary
    tiles = [TileSize(30, 300, rows=512, columns=512)] * 2
    assert layer.cost == crossbar_cost(30, tiles, 3, dac_bits=7, adc_bits=9)
    assert layer.digital == digital_cost(30, 600, 3) and layer.digital_on_chip == digital_cost(30, 600, 3, resident=1)
    assert info.total('cost', 'energy') == layer.cost.energy.total and info.total('cost', 'area') == layer.cost.area
    assert info.total('digital', 'area') == 0


@pytest.mark.parametrize('rpu_config', [EXACT, config(is_perfect=True), config(inp_res=-1, out_res=0)])
def test_ideal_converters_cost_what_those_of_8_bits_cost(rpu_config):
    layer, = AnalogInfo(AnalogLinear(4, 4, rpu_config=rpu_config), (1, 4)).layer_summary
    sizes = [tile.size for tile in layer.tiles_info]
    assert layer.cost == crossbar_cost(4, sizes, 1, dac_bits=8, adc_bits=8)


def test_digital_layers_have_the_digital_cost_alone():
    """Convolutions with groups have a smaller matrix for each."""
    layers = AnalogInfo(nn.Sequential(nn.Conv2d(4, 8, 3, groups=2), nn.ReLU()), (1, 4, 5, 5)).layer_summary
    assert layers[0].cost is None and layers[0].digital == digital_cost(4, 18, 9 * 2)
    assert layers[0].digital.energy.macs == 8 * 18 * 9
    assert layers[1].digital is None and layers[1].reuse_factor == 0


def test_a_whole_network_adds_up():
    model = convert_to_analog(resnet18(num_classes=10), EXACT)
    info = AnalogInfo(model, (1, 3, 32, 32))
    assert info.total_nb_analog == 21 and info.total_tile_number == model.analog_tile_count()
    macs = sum(layer.cost.energy.macs for layer in info.layer_summary if layer.cost)
    weights = {layer.path: sum(tile.log_in_size * tile.log_out_size for tile in layer.tiles_info) * layer.reuse_factor
               for layer in info.layer_summary}
    assert macs == sum(weights.values()) == sum(layer.digital.energy.macs for layer in info.layer_summary if layer.digital)
    assert info.total('cost', 'time') == pytest.approx(sum(layer.cost.time for layer in info.layer_summary if layer.cost))


def test_dictionaries_for_programs():
    layer = AnalogInfo(AnalogLinear(4, 3, rpu_config=config(4, 4)), (1, 4)).layer_summary[0]
    assert layer.layer_summary_dict() == {
        'name': 'AnalogLinear', 'path': '', 'isanalog': True, 'input_size': (1, 4), 'output_size': (1, 3),
        'kernel_size': None, 'num_tiles': 1, 'reuse_factor': 1}
    assert layer.tiles_summary_dict() == {'tile_0': {
        'log_in_size': 4, 'log_out_size': 3, 'phy_in_size': 4, 'phy_out_size': 4, 'is_mapped': True, 'utilization': 75.0}}


def test_the_summary_is_printed_as_a_table(capsys):
    info = analog_summary(network(config(32, 32)), (1, 2, 6, 6))
    printed = capsys.readouterr().out
    assert printed == f'{info}\n' == f'{info!r}\n'
    lines = printed.splitlines()
    assert len(lines) == 1 + 4 + 1 and len({line.index(word) for line, word in zip(lines, ('class', 'Analog', 'ReLU'))}) == 1
    assert lines[1].split()[:7] == ['0', 'AnalogConv2d', '1x2x6x6', '1x4x4x4', '16', '1', '7.0']
    assert lines[-1].startswith('2 analog layers')
    energy, = (line.split()[7] for line in lines[1:2])
    assert math.isclose(float(energy), 1e9 * info.layer_summary[0].cost.energy.total, rel_tol=1e-3)
