"""Parameters of products in time: how many steps the longest pulse has, and impossible values."""

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.laws.constant_step import ConstantStepDevice
from aihwlab.parameters.enums import AnalogMVType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.io_ir_drop import IOParametersIRDropT
from aihwlab.parameters.one_sided import OneSidedUnitCell
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.transfer import TransferCompound
from aihwlab.simulator.configs import SingleRPUConfig
from tests.parameters.helpers import assert_impossible

SPLIT = IOParametersIRDropT(mv_type=AnalogMVType.SPLIT_MODE)


@pytest.mark.parametrize('resolution, levels', [
    (1 / 126, 63), (126, 63), (1 / 254, 127), (0.5, 1), (-1.0, 0), (0.0, 0), (127, 64)])
def test_the_longest_pulse(resolution, levels):
    assert IOParametersIRDropT(inp_res=resolution).levels == levels


@pytest.mark.parametrize('parameters, field, allowed', [
    (IOParametersIRDropT(ir_drop_segments=0), 'ir_drop_segments', r'in \[1, inf\)'),
    (IOParametersIRDropT(ir_drop_rs=-0.1), 'ir_drop_rs', r'in \[0, inf\)'),
    (IOParametersIRDropT(ir_drop_time_step_resolution_scale=0.0), 'ir_drop_time_step_resolution_scale', r'in \(0, inf\)'),
    (IOParametersIRDropT(adc_frequency=0.0), 'adc_frequency', r'in \(0, inf\)'),
    (IOParametersIRDropT(split_mode_bit_shift=0), 'split_mode_bit_shift', r'in \[1, inf\)'),
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


@pytest.mark.parametrize('parameters, field', [
    (TileParameters(forward=SPLIT), 'forward.mv_type'), (TileParameters(backward=SPLIT), 'backward.mv_type'),
    (TransferCompound([ConstantStepDevice(), ConstantStepDevice()], transfer_forward=SPLIT), 'transfer_forward.mv_type'),
    (OneSidedUnitCell([ConstantStepDevice()], refresh_forward=SPLIT), 'refresh_forward.mv_type')])
def test_whoever_knows_no_time_refuses_its_passes(parameters, field):
    with pytest.raises(ConfigError, match=rf'\.{field} = .*SPLIT_MODE: must be .* a TorchInferenceRPUConfigIRDropT'):
        parameters.validate()


def test_exact_products_have_no_passes():
    exact = IOParametersIRDropT(is_perfect=True, mv_type=AnalogMVType.BIT_WISE)
    TileParameters(forward=exact).validate()
    SingleRPUConfig(forward=IOParameters(is_perfect=True, mv_type=AnalogMVType.BIT_WISE)).validate()
