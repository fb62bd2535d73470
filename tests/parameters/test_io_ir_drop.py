"""Parameters of products in time: how many steps the longest pulse has, and impossible values."""

import pytest

from aihwlab.parameters.enums import AnalogMVType
from aihwlab.parameters.io_ir_drop import IOParametersIRDropT
from tests.parameters.helpers import assert_impossible


@pytest.mark.parametrize('resolution, levels', [
    (1 / 126, 63), (126, 63), (1 / 254, 127), (0.5, 1), (-1.0, 0), (0.0, 0), (127, 64)])
def test_the_longest_pulse(resolution, levels):
    assert IOParametersIRDropT(inp_res=resolution).levels == levels


@pytest.mark.parametrize('parameters, field, allowed', [
    (IOParametersIRDropT(ir_drop_segments=0), 'ir_drop_segments', r'in \[1, inf\)'),
    (IOParametersIRDropT(ir_drop_rs=-0.1), 'ir_drop_rs', r'in \[0, inf\)'),
    (IOParametersIRDropT(ir_drop_time_step_resolution_scale=0.0), 'ir_drop_time_step_resolution_scale', r'in \(0, inf\)'),
    (IOParametersIRDropT(adc_frequency=0.0), 'adc_frequency', r'in \(0, inf\)'),
    (IOParametersIRDropT(inp_res=0.0), 'inp_res', 'positive, and not 1'),
    (IOParametersIRDropT(inp_bound=0.0), 'inp_bound', 'positive and finite'),
    (IOParametersIRDropT(mv_type=AnalogMVType.SPLIT_MODE, split_mode_bit_shift=6), 'split_mode_bit_shift', 'less than the'),
    (IOParametersIRDropT(xdep_pcm_read_noise_scale=-1.0), 'xdep_pcm_read_noise_scale', r'in \[0, inf\)')])
def test_impossible_values_are_named(parameters, field, allowed):
    assert_impossible(parameters, field, allowed)


@pytest.mark.parametrize('parameters', [
    IOParametersIRDropT(), IOParametersIRDropT(mv_type=AnalogMVType.SPLIT_MODE),
    IOParametersIRDropT(mv_type=AnalogMVType.BIT_WISE),
    IOParametersIRDropT(ir_drop=0.0, ir_drop_rs=0.0), IOParametersIRDropT(is_perfect=True, inp_res=-1.0, inp_bound=-1.0)])
def test_possible_values(parameters):
    parameters.validate()


def test_the_split_is_an_attribute_as_in_aihwkit():
    """Where it is no argument, but can be set."""
    parameters = IOParametersIRDropT(mv_type=AnalogMVType.SPLIT_MODE)
    assert IOParametersIRDropT.split_mode_bit_shift == parameters.split_mode_bit_shift == 3
    parameters.split_mode_bit_shift = 4
    parameters.validate()
