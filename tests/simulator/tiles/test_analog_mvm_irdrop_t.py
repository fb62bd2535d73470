"""Pulses in time on bit lines with resistance: exact circuits, limits, numbers of aihwkit where they are right, and noise."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.inference.converter.conductance import (
    DualPairConductanceConverter,
    SingleDeviceConductanceConverter,
    SinglePairConductanceConverter,
)
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType, NoiseManagementType
from aihwlab.parameters.io_ir_drop import IOParametersIRDropT
from aihwlab.simulator.tiles.analog_mvm import AnalogMVM
from aihwlab.simulator.tiles.analog_mvm_irdrop_t import AnalogMVMIRDropT

REFERENCE = json.loads((Path(__file__).parents[2] / 'data/reference_ir_drop.json').read_text())['cases']
ENUMS = {'bound_management': BoundManagementType, 'noise_management': NoiseManagementType, 'mv_type': AnalogMVType}
BARE = dict(bound_management=BoundManagementType.NONE, noise_management=NoiseManagementType.NONE, out_noise=0.0, out_res=-1.0,
            out_bound=-1.0, adc_quantization=False, ir_drop_integration_sum=True)
CALM = dict(BARE, ir_drop_v_read=0.4)
ONE_PAIR = SinglePairConductanceConverter(g_min=0.1, g_max=25.0)
MODES = [AnalogMVType.ONE_PASS, AnalogMVType.SPLIT_MODE, AnalogMVType.BIT_WISE]


def wave(rows, columns, frequency, shift):
    i, j = np.arange(1, rows + 1)[:, None], np.arange(1, columns + 1)
    return torch.from_numpy(np.sin(frequency * i * j + shift).astype(np.float32))


WEIGHTS, INPUTS = 0.5 * wave(6, 50, 0.37, 0.1), 0.45 * wave(3, 50, 0.9, 0.3)


def product(x, rows=64, converter=ONE_PAIR, weights=WEIGHTS, is_test=True, stream=None, **settings):
    return AnalogMVMIRDropT.matmul(weights, x, IOParametersIRDropT(**settings), False, is_test, g_converter=converter,
                                   phys_input_size=rows, stream=stream)


def on_steps(x, steps=63):
    """Return inputs as lengths of pulses that a DAC makes of them."""
    return (x * steps).round() / steps


@pytest.mark.parametrize('name', REFERENCE)
def test_numbers_of_aihwkit(name):
    case, x = REFERENCE[name], INPUTS.clone()
    settings = {key: ENUMS[key][value] if key in ENUMS else value for key, value in case['parameters'].items()}
    if name.startswith('defaults'):
        x[:, 0] = 1
    if name.startswith('split'):
        steps = (63 * x).round()
        x = steps.sign() * (steps.abs() // 8 * 8 + (steps.abs() % 8).clamp(max=3)) / 63
    pairs = DualPairConductanceConverter(f_lst=[1.0, 3.0], g_min=0.1, g_max=25.0) if name == 'two pairs' else ONE_PAIR
    torch.testing.assert_close(product(x, converter=pairs, **settings), torch.tensor(case['y']), rtol=0, atol=5e-5)


@pytest.mark.parametrize('mode', MODES)
def test_pulses_of_any_length_last_as_long_as_they_should(mode):
    """In aihwkit, pulses of half the range or more last a step too long, because lengths are compared after rounding."""
    x = torch.arange(-63, 64)[:, None] / 63
    y = product(x, rows=8, weights=torch.ones(1, 1), mv_type=mode, **dict(CALM, ir_drop_rs=0.0))
    torch.testing.assert_close(y, x, rtol=0, atol=1e-6)


@pytest.mark.parametrize('mode', MODES)
def test_wires_without_resistance_change_nothing(mode):
    expected = on_steps(INPUTS) @ WEIGHTS.T
    torch.testing.assert_close(product(INPUTS, mv_type=mode, **dict(CALM, ir_drop_rs=0.0)), expected, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(product(INPUTS, mv_type=mode, **dict(BARE, ir_drop=0.0)), expected, rtol=1e-5, atol=1e-5)


def current_of_line(conductance, voltage, resistance, held_at):
    """Return the current out of the end of a bit line, by Kirchhoff's law at each of its nodes."""
    wires = np.full(len(conductance), 1 / resistance)
    wires[-1] *= 2  # the converter is half a segment behind the last cell
    matrix = np.diag(conductance + wires) + np.diag([0.0, *wires[:-1]]) - np.diag(wires[:-1], 1) - np.diag(wires[:-1], -1)
    sources = conductance * voltage
    sources[-1] += wires[-1] * held_at
    return wires[-1] * (np.linalg.solve(matrix, sources)[-1] - held_at)


@pytest.mark.parametrize('held_at', [0.4, 0.39])
def test_charges_are_those_of_the_circuit_step_by_step(held_at):
    resistance, rows = 300.0, 12
    weights, x = wave(2, rows, 0.37, 0.1), on_steps(wave(1, rows, 0.9, 0.3))
    y = product(x, rows, weights=weights, ir_drop_rs=resistance, ir_drop_segments=rows, **dict(CALM, ir_drop_v_read=held_at))
    conductances, params = ONE_PAIR.convert_to_conductances(weights)
    plus, minus = (1e-6 * part.double().numpy() for part in conductances)
    steps, charge = (63 * x[0]).round().numpy(), np.zeros(2)
    for line, order in enumerate((slice(None), slice(None, None, -1))):
        both = (plus + minus)[line]
        for time in range(64):
            level = 0.4 + 0.2 * np.sign(steps) * (np.abs(steps) > time) * (plus - minus)[line] / both
            charge[line] += current_of_line(both[order], level[order], resistance, held_at)
    np.testing.assert_allclose(y[0].numpy(), charge / (63 * 0.2 * params['scale_ratio'] * 1e-6), rtol=1e-5)
    assert ((y - x @ weights.T).abs() > 0.01).all()


def test_lines_end_at_opposite_sides():
    """One weight far from its converter loses more than one near to it; of the next line, the other way round."""
    weights = torch.ones(2, 64)
    lost = torch.stack([1 - product(row[None], weights=weights, ir_drop_rs=50.0, ir_drop_segments=64, **CALM)[0]
                        for row in torch.eye(64)[[0, 63]]])
    assert lost[0, 0] > 3 * lost[1, 0] and lost[1, 1] > 3 * lost[0, 1] and (lost > 0).all()
    torch.testing.assert_close(lost[0], lost[1].flip(0))


def test_more_segments_come_nearer_to_a_line_of_cells():
    exact = product(INPUTS, ir_drop_segments=64, ir_drop_rs=20.0, **CALM)
    errors = [(product(INPUTS, ir_drop_segments=count, ir_drop_rs=20.0, **CALM) - exact).norm() for count in (1, 4, 16)]
    assert errors[0] > 2 * errors[1] > 4 * errors[2]


def test_what_is_lost_grows_in_proportion_to_a_small_resistance():
    exact = on_steps(INPUTS) @ WEIGHTS.T
    lost = [product(INPUTS, ir_drop_rs=0.1 * factor, **CALM) - exact for factor in (1, 2)]
    torch.testing.assert_close(lost[1], 2 * lost[0], rtol=0.02, atol=2e-5)
    doubled = product(INPUTS, ir_drop=2.0, ir_drop_rs=0.1, **CALM)
    torch.testing.assert_close(doubled - exact, lost[1], rtol=1e-3, atol=1e-6)


def test_the_voltage_of_the_converter_leaks_through_all_devices_all_the_time():
    """Whatever the inputs are: 0.5 mV over the conductance of a line, 64 devices of 0.1 uS and 64 of 25 uS, for 64 steps."""
    settings = dict(BARE, ir_drop_rs=0.0)
    y = product(torch.zeros(1, 64), weights=torch.ones(1, 64), **settings)
    assert y.item() == pytest.approx(-0.0005 * 64 * 25.1 / (0.2 * 24.9) * 64 / 63, rel=1e-4)


def test_falling_edges_add_half_a_step_to_each_pulse():
    steps = torch.tensor([[0.0], [1.0], [-5.0], [63.0]])
    y = product(steps / 63, rows=8, weights=torch.ones(1, 1), **dict(CALM, ir_drop_rs=0.0, ir_drop_integration_sum=False))
    torch.testing.assert_close(63 * y, torch.tensor([[0.0], [1.5], [-5.5], [63.5]]), rtol=0, atol=1e-4)


def test_the_converter_counts_whole_turns():
    """A turn takes 100 uA / 6.24 GHz = 16 fC; a weight of 1 and an input of 1 give 0.2 V 24.9 uS 63 ns."""
    turn = 100 / 6.24 / (0.2 * 24.9 * 63)
    x = torch.linspace(-1, 1, 41)[:, None]
    y = product(x, rows=8, weights=torch.ones(1, 1), **dict(CALM, ir_drop_rs=0.0, adc_quantization=True))
    turns = y / turn
    torch.testing.assert_close(turns, turns.round(), rtol=0, atol=1e-4)
    lost = on_steps(x).abs() - y.abs()
    assert (lost > -1e-6).all() and (lost < turn).all() and lost.max() > turn / 2


@pytest.mark.parametrize('mode', [AnalogMVType.ONE_PASS, AnalogMVType.SPLIT_MODE])
def test_fewer_samples_make_lengths_coarser_and_keep_their_scale(mode):
    """In aihwkit, outputs shrink with the number of samples."""
    x = 2 * torch.rand(500, 50, generator=torch.Generator().manual_seed(1)) - 1
    y, exact = product(x, mv_type=mode, ir_drop_time_step_resolution_scale=0.5, **dict(CALM, ir_drop_rs=0.0)), x @ WEIGHTS.T
    assert (y * exact).sum() / (exact * exact).sum() == pytest.approx(1, abs=0.04)
    assert (y - exact).std() > 3 * (product(x, mv_type=mode, **dict(CALM, ir_drop_rs=0.0)) - exact).std() / 2


@pytest.mark.parametrize('steps', [63, 100, 5])
@pytest.mark.parametrize('mode', MODES)
def test_any_number_of_steps_can_be_cut_into_passes(mode, steps):
    settings = dict(CALM, ir_drop_rs=0.0, mv_type=mode, inp_res=2 * steps, split_mode_bit_shift=2)
    torch.testing.assert_close(product(INPUTS, **settings), on_steps(INPUTS, steps) @ WEIGHTS.T, rtol=1e-5, atol=1e-5)


def test_jitter_of_inputs_makes_pulses_of_any_length():
    settings = dict(CALM, ir_drop_rs=0.0, inp_noise=0.02)
    y = product(torch.full((4000, 1), 0.5), rows=8, weights=torch.ones(1, 1), stream=Stream(1, 1), **settings)
    assert y.std().item() == pytest.approx(0.02, rel=0.05)
    assert y.mean().item() == pytest.approx(on_steps(torch.tensor(0.5)).item(), abs=0.002)


@pytest.mark.parametrize('is_test', [True, False])
def test_devices_fluctuate_as_measured(is_test):
    """Standard error of a standard deviation of 20,000 numbers: 0.5 %. Pulses of 10 ns: sigma = 0.01602 G + 0.0717 uS."""
    x, weights = torch.full((20000, 8), 10 / 63), torch.tensor([[1.0] * 8, [0.5] * 8])
    y = product(x, rows=8, weights=weights, is_test=is_test, stream=Stream(3, 1), apply_xdep_pcm_read_noise=True,
                xdep_pcm_read_noise_scale=2.0, **dict(CALM, ir_drop_rs=0.0))
    for line, conductance in enumerate((24.9, 12.45)):
        expected = 2 * np.sqrt(8) * 10 / 63 * (0.01607519 * conductance + 0.0726) / 24.9
        assert y[:, line].std().item() == pytest.approx(expected, rel=0.03)
    assert np.corrcoef(y.T.numpy())[0, 1] == pytest.approx(0, abs=0.03)
    assert np.corrcoef(y[1:, 0].numpy(), y[:-1, 0].numpy())[0, 1] == pytest.approx(0, abs=0.03)


def test_fluctuations_of_several_pairs_add_up():
    """aihwkit lets the first pair fluctuate, and forgets the others."""
    pairs = DualPairConductanceConverter(f_lst=[1.0, 3.0], g_min=0.0, g_max=25.0)
    y = product(torch.full((20000, 1), 10 / 63), rows=8, converter=pairs, weights=torch.ones(1, 1), stream=Stream(3, 1),
                apply_xdep_pcm_read_noise=True, **dict(CALM, ir_drop_rs=0.0))
    one = 10 / 63 * (0.01607519 * 25 + 0.0726) / 100
    assert y.std().item() == pytest.approx(np.sqrt(10) * one, rel=0.03)
    assert y.mean().item() == pytest.approx(10 / 63, rel=0.01)


def test_no_pulse_no_fluctuation():
    y = product(torch.zeros(2, 8), rows=8, weights=torch.ones(1, 8), apply_xdep_pcm_read_noise=True, **CALM)
    assert (y == 0).all()


def test_without_wires_it_is_the_product_of_other_tiles_with_the_same_noise():
    settings = dict(ir_drop=0.0, out_noise=0.1)
    y = product(3 * INPUTS, stream=Stream(1, 4), **settings)
    expected = AnalogMVM.matmul(WEIGHTS, 3 * INPUTS, IOParametersIRDropT(**settings), stream=Stream(1, 4))
    torch.testing.assert_close(y, expected, rtol=1e-5, atol=1e-5)


def test_each_pass_has_a_converter_that_clips():
    """Passes count 1 and 8 times as much, or 1, 2, 4, ... 32 times."""
    x, settings = torch.ones(1, 1), dict(CALM, ir_drop_rs=0.0, out_bound=0.01)
    for mode, expected in zip(MODES, (0.01, 0.01 * (1 + 8), 0.01 * 63)):
        assert product(x, rows=8, weights=torch.ones(1, 1), mv_type=mode, **settings).item() == pytest.approx(expected)


@pytest.mark.parametrize('mode', MODES[:2])
def test_bound_management_weakens_inputs_of_all_passes(mode):
    settings = dict(CALM, mv_type=mode, ir_drop_rs=0.0, out_bound=1.0 if mode is AnalogMVType.ONE_PASS else 0.1)
    exact = on_steps(INPUTS) @ WEIGHTS.T
    clipped = product(INPUTS, **settings)
    managed = product(INPUTS, **dict(settings, bound_management=BoundManagementType.ITERATIVE))
    assert (clipped - exact).abs().max() > max(0.5, 2 * (managed - exact).abs().max())


@pytest.mark.parametrize('mode', MODES)
def test_gradients_are_those_of_the_wires_and_pass_counting(mode):
    x = INPUTS.clone().requires_grad_()
    weights = WEIGHTS.clone().requires_grad_()
    y = product(x, weights=weights, mv_type=mode, ir_drop_rs=50.0, **dict(CALM, adc_quantization=True))
    y[0, 1].backward()
    parts = torch.stack([product(row[None], ir_drop_rs=50.0, **CALM)[0, 1] for row in torch.eye(50)])
    torch.testing.assert_close(x.grad[0], parts, rtol=1e-4, atol=1e-5)
    assert (x.grad[1:] == 0).all()
    torch.testing.assert_close(weights.grad[1], on_steps(INPUTS)[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('settings, more, message', [
    (dict(ir_drop_segments=7), {}, r'ir_drop_segments = 7: must divide the 64 rows'),
    ({}, dict(converter=SingleDeviceConductanceConverter()), 'g_converter = .*: must make pairs of devices'),
    (dict(mv_type=AnalogMVType.POS_NEG_SEPARATE), {}, 'mv_type = .*: must be IDEAL, ONE_PASS, SPLIT_MODE or BIT_WISE'),
    (dict(r_series=0.1), {}, 'r_series = 0.1: must be 0'),
    (dict(ir_drop_segments=0), {}, 'ir_drop_segments = 0: must divide'),
    (dict(inp_res=-1.0), {}, 'inp_res = -1.0: must be positive'),
    (dict(inp_bound=0.0), {}, 'inp_bound = 0.0: must be positive'),
    (dict(mv_type=AnalogMVType.SPLIT_MODE, split_mode_bit_shift=6), {}, 'split_mode_bit_shift = 6: must be less than')])
def test_what_it_cannot_do_is_refused(settings, more, message):
    with pytest.raises(ConfigError, match=message):
        product(INPUTS, **more, **settings)


@pytest.mark.parametrize('more', [dict(is_test=False), dict(ir_drop=0.0)])
@pytest.mark.parametrize('mode', MODES)
def test_without_wires_neither_edges_nor_samples_nor_counting_change_pulses(mode, more):
    settings = dict(BARE, adc_quantization=True, ir_drop_integration_sum=False, ir_drop_time_step_resolution_scale=0.25)
    y = product(INPUTS, mv_type=mode, **more, **settings)
    torch.testing.assert_close(y, on_steps(INPUTS) @ WEIGHTS.T, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize('mode', MODES[1:])
def test_all_passes_and_pairs_fluctuate_by_themselves(mode):
    """With pulses of one length, variances add up: those of passes with the squares of their factors, of pairs too.

    Standard error of a standard deviation of 40,000 numbers: 0.4 %."""
    pairs, weights = DualPairConductanceConverter(f_lst=[1.0, 1.0], g_min=0.0, g_max=25.0), torch.ones(1, 1)
    base, count = (2 ** 3, 2) if mode is AnalogMVType.SPLIT_MODE else (2, 6)
    x = torch.full((40000, 1), sum(base ** number for number in range(count)) / 63)  # one step in each pass
    y = product(x, rows=8, converter=pairs, weights=weights, mv_type=mode, stream=Stream(3, 1), apply_xdep_pcm_read_noise=True,
                **dict(CALM, ir_drop_rs=0.0))
    one = (0.02578764 * 25 + 0.117763144) / 63 / 50
    expected = one * np.sqrt(2 * sum(base ** (2 * number) for number in range(count)))
    assert y.std().item() == pytest.approx(expected, rel=0.015)


def test_jitter_of_lines_without_input_is_no_pulse():
    """An edge lasts as long as a pulse that is shorter than a step, so that noise does not become half a step."""
    y = product(torch.zeros(4000, 8), rows=8, weights=torch.ones(1, 8), inp_noise=0.001, stream=Stream(1, 1),
                **dict(CALM, ir_drop_rs=0.0, ir_drop_integration_sum=False))
    assert y.std().item() == pytest.approx(1.5 * 0.001 * np.sqrt(8), rel=0.05)


def test_a_converter_that_clips_the_last_pass_ends_the_gradient():
    x = torch.full((1, 1), 56 / 63, requires_grad=True)
    product(x, rows=8, weights=torch.ones(1, 1), mv_type=AnalogMVType.SPLIT_MODE,
            **dict(CALM, ir_drop_rs=0.0, out_bound=0.05)).sum().backward()
    assert x.grad.item() == 0
