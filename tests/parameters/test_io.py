"""Parameters of the analog product: impossible and possible values, and what is printed of perfect converters."""

import pytest

from aihwlab.parameters.enums import AnalogMVType, BoundManagementType, NoiseManagementType
from aihwlab.parameters.io import IOParameters
from tests.parameters.helpers import assert_impossible


@pytest.mark.parametrize('parameters, field, allowed', [
    (IOParameters(inp_bound=2.0), 'inp_bound', '1, 0 or less, or noise_management must be NONE'),
    (IOParameters(inp_bound=0.5), 'inp_bound', '1, 0 or less, or noise_management must be NONE'),
    (IOParameters(inp_asymmetry=1.1), 'inp_asymmetry', r'in \(-inf, 1\]'),
    (IOParameters(out_asymmetry=-0.1), 'out_asymmetry', r'in \[0, 1\]'),
    (IOParameters(out_asymmetry=1.1), 'out_asymmetry', r'in \[0, 1\]'),
    (IOParameters(bound_management=BoundManagementType.SHIFT), 'bound_management', 'NONE, ITERATIVE or'),
    (IOParameters(mv_type=AnalogMVType.SPLIT_MODE), 'mv_type', 'IDEAL, ONE_PASS, POS_NEG_SEPARATE or'),
    (IOParameters(mv_type=AnalogMVType.BIT_WISE), 'mv_type', 'IDEAL, ONE_PASS, POS_NEG_SEPARATE or'),
    (IOParameters(ir_drop=-1.0), 'ir_drop', r'in \[0, inf\)'),
    (IOParameters(ir_drop_g_ratio=0.0), 'ir_drop_g_ratio', r'in \(0, inf\)'),
    (IOParameters(out_nonlinearity=-0.1), 'out_nonlinearity', r'in \[0, inf\)'),
    (IOParameters(r_series=-0.1), 'r_series', r'in \[0, inf\)'),
    (IOParameters(max_bm_factor=-1), 'max_bm_factor', r'in \[0, inf\)'),
    (IOParameters(max_bm_res=-1), 'max_bm_res', r'in \[0, inf\)'),
    (IOParameters(nm_thres=-1), 'nm_thres', r'in \[0, inf\)'),
])
def test_impossible_values_are_named(parameters, field, allowed):
    assert_impossible(parameters, field, allowed)


@pytest.mark.parametrize('parameters', [
    IOParameters(inp_res=-1, out_res=254, out_bound=-1.0), IOParameters(inp_bound=0.0),
    IOParameters(inp_bound=2.0, noise_management=NoiseManagementType.NONE),
    IOParameters(inp_bound=-1.0, noise_management=NoiseManagementType.NONE),
    IOParameters(inp_bound=float('inf'), noise_management=NoiseManagementType.NONE),
    IOParameters(out_bound=float('inf')), IOParameters(inp_asymmetry=-0.5),
    IOParameters(is_perfect=True, bound_management=BoundManagementType.SHIFT),
    IOParameters(mv_type=AnalogMVType.IDEAL, inp_bound=3.0),
])
def test_values_that_switch_off_are_possible(parameters):
    parameters.validate()


def test_perfect_converters_print_only_that():
    assert str(IOParameters(is_perfect=True, out_noise=1.0)) == 'IOParameters(\n    is_perfect=True,\n)'
