"""The mapping of matrices to crossbars: where they are cut, and which mappings go together."""

import pytest

from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.parameters.mapping import MappableRPU, MappingParameter
from aihwlab.simulator.tiles import AnalogTile, TileModuleArray
from tests.parameters.helpers import assert_impossible


@pytest.mark.parametrize('inputs, outputs, limits, cut', [
    (10, 5, (512, 512), False), (512, 512, (512, 512), False), (513, 5, (512, 512), True), (5, 513, (512, 512), True),
    (5000, 5000, (0, 0), False), (5000, 5, (0, 512), False), (5000, 513, (0, 512), True), (10, 5000, (512, 0), False),
])
def test_matrices_are_cut_at_the_limits(inputs, outputs, limits, cut):
    mapping = MappingParameter(max_input_size=limits[0], max_output_size=limits[1])
    for config in (SingleRPUConfig(mapping=mapping), FloatingPointRPUConfig(mapping=mapping)):
        chosen = config.get_default_tile_module_class(outputs, inputs)
        assert chosen is (TileModuleArray if cut else config.tile_class)


def test_matrices_are_not_cut_without_a_class_for_the_parts():
    assert SingleRPUConfig(tile_array_class=None).get_default_tile_module_class(5000, 5000) is AnalogTile
    assert MappableRPU(tile_class=AnalogTile).get_default_tile_module_class(5000, 5000) is AnalogTile
    assert RPUConfigBase(tile_class=AnalogTile).get_default_tile_module_class(5000, 5000) is AnalogTile


def test_mappings_are_compatible_if_only_the_scaling_of_weights_differs():
    mapping = MappingParameter()
    assert mapping.compatible_with(MappingParameter(weight_scaling_omega=0.6, weight_scaling_columnwise=True))
    assert not mapping.compatible_with(MappingParameter(digital_bias=False))
    assert not mapping.compatible_with(MappingParameter(max_input_size=256))


@pytest.mark.parametrize('parameters, field, allowed', [
    (MappingParameter(weight_scaling_omega=-1.0), 'weight_scaling_omega', r'in \[0, inf\)'),
    (MappingParameter(max_input_size=-1), 'max_input_size', r'in \[0, inf\)'),
    (MappingParameter(max_output_size=-1), 'max_output_size', r'in \[0, inf\)'),
])
def test_impossible_values_are_named(parameters, field, allowed):
    assert_impossible(parameters, field, allowed)


def test_values_that_switch_off_are_possible():
    MappingParameter(max_input_size=0, max_output_size=0).validate()
