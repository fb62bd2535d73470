"""The circuit of a crossbar: known currents, conservation, symmetry and limits; then mapping and converters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import splu

from aihwlab.physics.circuit import CrossbarCircuit, elimination_order, ideal_currents
from aihwlab.physics.converters import bit_serial, quantise, relative_error, signal_to_noise, step_width, two_phases
from aihwlab.physics.mapping import MAPPINGS, balanced_pair, offset_column, one_sided_pair

RESISTANCES = np.array([[345, 903, 755, 257, 646], [652, 401, 508, 166, 454], [442, 874, 190, 244, 635]])  # ohm
VOLTAGES = np.array([1.5, 2.3, 1.7])  # V


def random_array(rows, columns, seed=1):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 25e-6, (rows, columns)), rng.uniform(-0.2, 0.2, rows)


def test_currents_of_an_array_that_a_public_solver_computed_too():
    currents = CrossbarCircuit(1 / RESISTANCES, 0.5, 0.5).currents(VOLTAGES)
    np.testing.assert_allclose(currents, [0.01158503, 0.00919064, 0.01511568, 0.02583321, 0.00981179], atol=5e-9)
    np.testing.assert_allclose(ideal_currents(1 / RESISTANCES, VOLTAGES),
                               [0.01172159, 0.00934187, 0.01546168, 0.02665921, 0.01006523], atol=5e-9)


@pytest.mark.peer
@pytest.mark.parametrize('rows, columns, row_resistance, column_resistance', [
    (3, 5, 0.5, 0.5), (1, 1, 2.0, 3.0), (1, 7, 1.0, 4.0), (8, 1, 3.0, 1.0), (20, 13, 1e-3, 50.0), (16, 16, 5.0, 0.0),
    (16, 16, 0.0, 5.0)])
def test_all_currents_agree_with_an_independent_solver(rows, columns, row_resistance, column_resistance):
    badcrossbar = pytest.importorskip('badcrossbar')
    rng = np.random.default_rng(7)
    resistances, voltages = rng.uniform(100, 1e6, (rows, columns)), rng.uniform(-1, 1, (rows, 4))
    theirs = badcrossbar.compute(voltages, resistances, r_i_word_line=row_resistance, r_i_bit_line=column_resistance)
    circuit = CrossbarCircuit(1 / resistances, row_resistance, column_resistance)
    np.testing.assert_allclose(circuit.currents(voltages.T), theirs.currents.output, rtol=1e-9)
    word, bit = circuit.node_voltages(voltages.T)
    np.testing.assert_allclose(word, np.moveaxis(theirs.voltages.word_line, -1, 0), rtol=1e-9)
    np.testing.assert_allclose(bit, np.moveaxis(theirs.voltages.bit_line, -1, 0), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize('size, resistance, mean, farthest', [
    (16, 0.35, 0.16, 0.20), (16, 1.0, 0.47, 0.57), (16, 2.5, 1.15, 1.41), (64, 0.35, 2.4, 3.0), (64, 1.0, 6.5, 8.0),
    (64, 2.5, 14.7, 17.9), (128, 0.35, 8.7, 10.8), (128, 1.0, 21.3, 25.8), (128, 2.5, 39.7, 46.9)])
def test_losses_of_a_uniform_array(size, resistance, mean, farthest):
    currents = CrossbarCircuit(np.full((size, size), 25e-6), resistance, resistance).currents(np.ones(size))
    loss = 100 * (1 - currents / (size * 25e-6))
    digit = 0.005 if size == 16 else 0.05
    assert loss.mean() == pytest.approx(mean, abs=1.01 * digit)
    assert loss[-1] == loss.max() == pytest.approx(farthest, abs=1.01 * digit)


def test_a_small_loss_grows_with_the_square_of_the_size():
    conductance, resistance = 1e-6, 0.1
    for size in (8, 32):
        circuit = CrossbarCircuit(np.full((size, size), conductance), resistance, resistance)
        loss = 1 - circuit.currents(np.ones(size)) / (size * conductance)
        expected = conductance * resistance * (size + 1) * (2 * size + 1) / 3
        assert loss.mean() == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize('row_resistance, column_resistance', [(0, 0), (1e-9, 1e-9), (0, 1e-9), (1e-9, 0)])
def test_perfect_lines_give_the_ideal_currents(row_resistance, column_resistance):
    conductance, voltages = random_array(12, 9)
    circuit = CrossbarCircuit(conductance, row_resistance, column_resistance)
    np.testing.assert_allclose(circuit.currents(voltages), ideal_currents(conductance, voltages), rtol=1e-9)


def test_a_vanishing_resistance_is_the_limit_of_a_small_one():
    conductance, voltages = random_array(12, 9)
    for row, column in ((1, 0), (0, 1)):
        exact = CrossbarCircuit(conductance, row, column).currents(voltages)
        small = CrossbarCircuit(conductance, max(row, 1e-8), max(column, 1e-8)).currents(voltages)
        np.testing.assert_allclose(exact, small, rtol=1e-7)


def test_one_cell_is_three_resistors_in_series():
    assert CrossbarCircuit([[1 / 100]], 3, 7).currents([1.1]) == pytest.approx(1.1 / 110)


def test_what_the_drivers_deliver_arrives_and_at_every_node_currents_add_up_to_zero():
    conductance, voltages = random_array(10, 14)
    circuit = CrossbarCircuit(conductance, 30.0, 20.0)
    word, bit = circuit.node_voltages(voltages)
    row_segments = -np.diff(np.column_stack([voltages, word]), axis=1) / 30.0
    column_segments = -np.diff(np.vstack([bit, np.zeros(14)]), axis=0) / 20.0
    cells = circuit.cell_currents(voltages)
    np.testing.assert_allclose(row_segments[:, :-1] - row_segments[:, 1:], cells[:, :-1], atol=1e-16)
    np.testing.assert_allclose(np.diff(column_segments, axis=0), cells[1:], atol=1e-16)
    np.testing.assert_allclose(column_segments[-1], circuit.currents(voltages), rtol=1e-9)
    assert row_segments[:, 0].sum() == pytest.approx(circuit.currents(voltages).sum(), rel=1e-9)


def test_the_power_of_the_drivers_is_lost_in_cells_and_lines():
    conductance, voltages = random_array(6, 8)
    circuit = CrossbarCircuit(conductance, 30.0, 20.0)
    word, bit = circuit.node_voltages(voltages)
    rows = -np.diff(np.column_stack([voltages, word]), axis=1)
    columns = -np.diff(np.vstack([bit, np.zeros(8)]), axis=0)
    lost = (conductance * (word - bit) ** 2).sum() + (rows ** 2).sum() / 30.0 + (columns ** 2).sum() / 20.0
    assert voltages @ rows[:, 0] / 30.0 == pytest.approx(lost, rel=1e-9)


def test_the_effective_conductance_gives_all_currents():
    conductance, _ = random_array(7, 11)
    circuit = CrossbarCircuit(conductance, 100.0, 50.0)
    inputs = np.random.default_rng(3).normal(size=(2, 3, 7))
    currents = inputs @ circuit.effective_conductance()
    np.testing.assert_allclose(currents, circuit.currents(inputs), rtol=1e-9, atol=1e-18)
    np.testing.assert_allclose(circuit.currents(2 * inputs), 2 * circuit.currents(inputs), rtol=1e-12)


def test_lines_are_reciprocal():
    """Drivers and grounds change places when both axes are turned around and rows become columns."""
    conductance, _ = random_array(5, 9)
    forward = CrossbarCircuit(conductance, 100.0, 40.0).effective_conductance()
    backward = CrossbarCircuit(conductance[::-1, ::-1].T, 40.0, 100.0).effective_conductance()
    np.testing.assert_allclose(forward, backward[::-1, ::-1].T, rtol=1e-9)


def test_without_row_resistance_columns_do_not_know_of_each_other():
    conductance, voltages = random_array(9, 6)
    order = [3, 0, 5, 1, 4, 2]
    np.testing.assert_allclose(CrossbarCircuit(conductance[:, order], 0.0, 50.0).currents(voltages),
                               CrossbarCircuit(conductance, 0.0, 50.0).currents(voltages)[order], rtol=1e-12)


@given(layers=st.integers(1, 2), rows=st.integers(1, 40), columns=st.integers(1, 40))
def test_every_node_is_eliminated_once(layers, rows, columns):
    assert np.array_equal(np.sort(elimination_order(layers, rows, columns)), np.arange(layers * rows * columns))


@pytest.mark.parametrize('shape', [(64, 64), (128, 32)])
def test_the_order_of_elimination_keeps_the_factors_sparser_than_a_general_one(shape):
    circuit = CrossbarCircuit(np.ones(shape), 1.0, 1.0)
    general = splu(circuit._equations(), permc_spec='MMD_AT_PLUS_A', diag_pivot_thresh=0.0, options={'SymmetricMode': True})
    assert circuit._factors.L.nnz < general.L.nnz


def test_resistance_only_ever_takes_current_from_positive_inputs():
    conductance, voltages = random_array(9, 6)
    currents = [CrossbarCircuit(conductance, r, r).currents(np.abs(voltages)) for r in (0, 1, 10, 100, 1000)]
    assert (np.diff(currents, axis=0) < 0).all()


def test_an_empty_array_carries_nothing_and_its_rows_are_at_the_voltage_of_their_drivers():
    circuit = CrossbarCircuit(np.zeros((3, 4)), 1.0, 1.0)
    assert (circuit.currents(VOLTAGES) == 0).all()
    np.testing.assert_allclose(circuit.node_voltages(VOLTAGES)[0], np.repeat(VOLTAGES[:, None], 4, axis=1))


@pytest.mark.parametrize('call, message', [
    (lambda: CrossbarCircuit(np.ones(3), 1, 1), r'shape \(3,\)'),
    (lambda: CrossbarCircuit([[-1.0]], 1, 1), 'not negative'),
    (lambda: CrossbarCircuit([[np.nan]], 1, 1), 'finite'),
    (lambda: CrossbarCircuit([[1.0]], -1, 1), 'row_resistance = -1'),
    (lambda: CrossbarCircuit([[1.0]], 1, np.inf), 'column_resistance = inf'),
    (lambda: CrossbarCircuit([[1.0]], 1, 1).currents([1, 2]), 'must be 1'),
    (lambda: CrossbarCircuit([[1.0]], 1, 1).currents([np.nan]), 'voltages must be finite'),
    (lambda: one_sided_pair([1.0]), 'weights of the shape'),
    (lambda: one_sided_pair([[1.0]], g_min=1.0), 'g_min = 1.0'),
    (lambda: one_sided_pair([[1.0]], w_max=0.5), 'w_max'), (lambda: quantise(1.0, 1, 1.0), 'bits = 1'),
    (lambda: quantise(1.0, 8, 0.0), 'bound = 0.0'), (lambda: bit_serial(np.sum, np.array([4]), 2), r'\[0, 4\)'),
    (lambda: bit_serial(np.sum, np.array([0.5]), 2), 'integers')])
def test_impossible_requests_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize('mapping', MAPPINGS.values())
@pytest.mark.parametrize('settings', [{}, dict(g_min=2e-6), dict(w_max=3.0), dict(w_max=[3.0, 2.5, 4.0], g_max=1e-5)])
def test_mappings_keep_the_weights_and_the_limits(mapping, settings):
    rng = np.random.default_rng(5)
    weights, inputs = rng.uniform(-2, 2, (3, 4)), rng.normal(size=(5, 4))
    signed = mapping(weights, **settings)
    np.testing.assert_allclose(signed.weights, weights, rtol=1e-12, atol=1e-12)
    assert signed.array.min() >= settings.get('g_min', 0.0)
    assert signed.array.max() <= settings.get('g_max', 25e-6) * (1 + 1e-12)
    np.testing.assert_allclose(signed.outputs(ideal_currents(signed.array, inputs)), inputs @ weights.T, atol=1e-12)


def test_what_distinguishes_the_mappings():
    weights = np.array([[1.0, -0.5, 0.25], [0.2, 0.0, -0.1]])
    one_sided, balanced, offset = (mapping(weights) for mapping in (one_sided_pair, balanced_pair, offset_column))
    assert (np.minimum(one_sided.positive, one_sided.negative) == 0).all()
    np.testing.assert_allclose(balanced.positive + balanced.negative, 25e-6)
    np.testing.assert_allclose(one_sided.positive - one_sided.negative, balanced.positive - balanced.negative,
                               atol=1e-20)
    assert one_sided.array.shape == balanced.array.shape == (3, 4) and offset.array.shape == (3, 3)
    np.testing.assert_allclose(offset.scale, 2 * one_sided.scale)


def test_a_range_for_each_output_uses_all_conductances():
    weights = np.array([[1.0, -0.5], [0.01, 0.002]])
    assert (one_sided_pair(weights).array.reshape(2, 2, 2).max(axis=(0, 1)) == 25e-6).all()
    assert one_sided_pair(weights, w_max=1.0).array[:, 1].max() == pytest.approx(0.25e-6)


def test_an_output_without_weights_has_no_conductance():
    assert (one_sided_pair([[0.0, 0.0]]).array == 0).all()


@given(x=st.floats(-3, 3), bits=st.integers(2, 16))
def test_a_quantiser_is_odd_idempotent_and_precise_to_half_a_step(x, bits):
    result = quantise(x, bits, 1.0)
    assert result == -quantise(-x, bits, 1.0) == quantise(result, bits, 1.0)
    assert abs(result - np.clip(x, -1, 1)) <= step_width(bits, 1.0) / 2 * (1 + 1e-9)


def test_a_quantiser_has_its_number_of_levels():
    assert len(np.unique(quantise(np.linspace(-2, 2, 10001), 4, 1.0))) == 15


@pytest.mark.parametrize('bits', [6, 8, 10, 12])
def test_signal_to_noise_of_a_full_sine(bits):
    sine = np.sin(np.linspace(0, 2 * np.pi, 100_003))
    assert signal_to_noise(sine, quantise(sine, bits, 1.0)) == pytest.approx(6.02 * bits + 1.76, abs=0.5)


def test_a_range_for_the_spread_beats_one_for_the_worst_case():
    values = np.random.default_rng(1).normal(size=10_000)
    errors = {bound: relative_error(values, quantise(values, 6, bound)) for bound in (1, 4, 64)}
    assert errors[4] < errors[1] and errors[4] < errors[64]


def test_inputs_in_two_phases_and_bit_by_bit():
    conductance, _ = random_array(6, 4)
    circuit = CrossbarCircuit(conductance, 10.0, 10.0)
    x = np.array([3, -7, 0, 5, -1, 6])
    np.testing.assert_allclose(two_phases(circuit.currents, x), circuit.currents(x), rtol=1e-9)
    np.testing.assert_allclose(bit_serial(circuit.currents, np.abs(x), 3), circuit.currents(np.abs(x)), rtol=1e-12)
