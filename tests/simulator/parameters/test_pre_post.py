"""Digital processing around a crossbar: impossible ranges of inputs, and when saturated outputs mean something."""

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.enums import BoundManagementType, NoiseManagementType
from aihwlab.parameters.io import IOParameters
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.parameters.pre_post import InputRangeParameter, PrePostProcessingParameter
from tests.parameters.helpers import assert_impossible


@pytest.mark.parametrize('parameters, field, allowed', [
    (InputRangeParameter(init_value=0.0), 'init_value', r'in \(0, inf\)'),
    (InputRangeParameter(init_from_data=-1), 'init_from_data', r'in \[0, inf\)'),
    (InputRangeParameter(init_std_alpha=0.0), 'init_std_alpha', r'in \(0, inf\)'),
    (InputRangeParameter(decay=-0.1), 'decay', r'in \[0, inf\)'),
    (InputRangeParameter(input_min_percentage=95.0), 'input_min_percentage', r'in \[0, 1\]'),
    (InputRangeParameter(output_min_percentage=95.0), 'output_min_percentage', r'in \[0, 1\]'),
])
def test_impossible_values_are_named(parameters, field, allowed):
    assert_impossible(parameters, field, allowed)


def test_impossible_values_are_found_inside():
    parameters = PrePostProcessingParameter()
    parameters.input_range.decay = -1.0
    with pytest.raises(ConfigError, match=r'PrePostProcessingParameter\.input_range\.decay = -1\.0: must be in \[0'):
        parameters.validate()


def test_parameters_inside_of_parameters_have_their_class():
    with pytest.raises(ConfigError, match=r'input_range = IOParameters\(\): must be an instance of InputRangeParam'):
        PrePostProcessingParameter(input_range=IOParameters())


def test_output_clipping_needs_unmanaged_products():
    config = SingleRPUConfig()
    config.pre_post.input_range = InputRangeParameter(enable=True, manage_output_clipping=True)
    unmanaged = IOParameters(noise_management=NoiseManagementType.NONE, bound_management=BoundManagementType.NONE)
    noise_managed = IOParameters(bound_management=BoundManagementType.NONE)
    for forward in (IOParameters(), IOParameters(is_perfect=True), noise_managed):
        config.forward = forward
        with pytest.raises(ConfigError, match=r'pre_post\.input_range\.manage_output_clipping = True: must be False'):
            config.validate()
    config.forward = unmanaged
    config.validate()


def test_parameters_inside_are_indented():
    parameters = PrePostProcessingParameter(input_range=InputRangeParameter(enable=True, calibration_info='max'))
    assert str(parameters) == ('PrePostProcessingParameter(\n    input_range=InputRangeParameter(\n'
                               "        enable=True,\n        calibration_info='max',\n    ),\n)")
