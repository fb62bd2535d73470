"""Conductances for a chip and back: what is exported, what was measured, and files that do not belong to a network."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from aihwlab.exceptions import ArgumentError, FusionExportError, TileError
from aihwlab.inference import PCMLikeNoiseModel, SingleDeviceConductanceConverter, SinglePairConductanceConverter
from aihwlab.inference.converter.fusion import FusionConductanceConverter
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogLinearMapped, AnalogSequential
from aihwlab.simulator.configs import InferenceRPUConfig, SingleRPUConfig
from aihwlab.simulator.parameters import IOParameters, MappingParameter
from aihwlab.utils.export import fusion_export, fusion_import
from tests.networks import through_a_file

MAPPING = MappingParameter(weight_scaling_omega=0.6, max_input_size=6, max_output_size=0)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(1)


def network(**settings):
    config = InferenceRPUConfig(forward=IOParameters(is_perfect=True), mapping=MAPPING,
                                noise_model=PCMLikeNoiseModel(), **settings)
    return AnalogSequential(AnalogConv2d(1, 2, 2, rpu_config=config), nn.Flatten(),
                            AnalogLinearMapped(8, 3, rpu_config=config))


def test_what_is_exported_is_imported(tmp_path):
    model, x, path = network(), torch.rand(4, 1, 3, 3), tmp_path / 'chip.csv'
    conductances, params, state = fusion_export(model, file_name=path)
    names = ['0.analog_module', '2.analog_module.array.0.0', '2.analog_module.array.1.0']
    assert list(conductances) == list(params) == names and [len(conductances[name]) for name in names] == [8, 12, 12]
    assert all(0 <= g <= 40 for name in names for g in conductances[name])
    lines = path.read_text().split('\n')
    assert lines[0].strip() == '0,1,2' and lines[1].strip() == 'InferenceTile,InferenceTile,InferenceTile'
    assert [line.strip() for line in lines[2:6]] == ['8,12,12', '2,3,3', '4,4,4', ','.join(names)]
    expected = model(x)
    for data in (path, str(path), conductances):
        other = network()
        assert fusion_import(data, other, params, state) is other and not other.training
        torch.testing.assert_close(other(x), expected, rtol=1e-4, atol=1e-5)


def test_what_a_chip_has_made_of_it_is_seen_in_evaluation_only_and_drifts_on():
    model, x = network(), torch.rand(4, 1, 3, 3)
    expected = model(x)
    conductances, params, _ = fusion_export(model)
    for values in conductances.values():
        values[:] = [0.9 * value if number % 2 else value for number, value in enumerate(values)]
    fusion_import(conductances, model, params)
    tile = next(model.analog_tiles())
    converter = FusionConductanceConverter()
    wanted = converter.convert_back_to_weights([torch.tensor(conductances['0.analog_module']).reshape(2, 4)],
                                               params['0.analog_module'])
    torch.testing.assert_close(tile.programmed_weights, wanted, rtol=1e-4, atol=1e-5)
    seen = model(x)
    assert not torch.allclose(seen, expected, rtol=1e-2)
    model.drift_analog_weights(86400.0)
    torch.testing.assert_close(tile.programmed_weights, wanted, rtol=1e-4, atol=1e-5)
    assert 1 < tile.alpha.item() < 3
    loaded = network().eval()
    loaded.load_state_dict(through_a_file(model.state_dict()))
    torch.testing.assert_close(loaded(x), model(x))
    torch.testing.assert_close(model.train()(x), expected)


@pytest.mark.parametrize('change, message', [
    (lambda lines: lines.__setitem__(3, '2,3,4'), 'height = 2, 3, 4 in chip.csv: must be 2, 3, 3'),
    (lambda lines: lines.pop(), '2 lines of conductances in chip.csv: must be 3'),
    (lambda lines: lines.__setitem__(6, lines[6] + ',1.0'), '9 conductances of 0.analog_module: must be 2 x 4'),
    (lambda lines: lines.__setitem__(6, '-' + lines[6]), 'none of them negative'),
    (lambda lines: lines.__setitem__(6, 'x' + lines[6]), 'must be numbers; could not convert'),
    (lambda lines: lines.__setitem__(6, lines[6].replace(lines[6].split(',')[0], 'nan')), 'finite numbers')])
def test_a_file_that_does_not_belong_to_the_network_is_refused_and_changes_nothing(tmp_path, change, message):
    model, path = network(), tmp_path / 'chip.csv'
    _, params, state = fusion_export(model, file_name=path)
    lines = path.read_text().split()
    change(lines)
    path.write_text('\n'.join(lines) + '\n')
    other = network()
    before = [tile.get_weights()[0] for tile in other.analog_tiles()]
    with pytest.raises(FusionExportError, match=message):
        fusion_import(path, other, params, state)
    assert all(torch.equal(tile.get_weights()[0], weight) for tile, weight in zip(other.analog_tiles(), before))
    assert all(tile.programmed is None for tile in other.analog_tiles()) and other.training


def test_other_tiles_converters_and_parameters_are_refused():
    model = network()
    conductances, params, _ = fusion_export(model, SingleDeviceConductanceConverter())
    with pytest.raises(FusionExportError, match='params of 0.analog_module: .* export; params lack original'):
        fusion_import(conductances, model, params)
    fusion_import(conductances, model, params, g_converter=SingleDeviceConductanceConverter())
    with pytest.raises(FusionExportError, match='params of nothing: must be of 0.analog_module'):
        fusion_import(conductances, model, {})
    _, params, _ = fusion_export(model)
    wrong = deepcopy(params)
    wrong['0.analog_module']['original_weights'] = torch.ones(3, 3)
    with pytest.raises(FusionExportError, match='must be those of its export'):
        fusion_import(conductances, model, wrong)
    with pytest.raises(ArgumentError, match='one conductance of each weight, not 2'):
        fusion_export(model, SinglePairConductanceConverter())
    with pytest.raises(TileError, match='analog_module is a AnalogTile: must be an InferenceTile'):
        fusion_export(AnalogLinear(3, 2, rpu_config=SingleRPUConfig()))
    with pytest.raises(TileError, match='must have analog tiles'):
        fusion_export(nn.Linear(3, 2))
