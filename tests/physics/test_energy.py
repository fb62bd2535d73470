"""Energies of products: published numbers and what follows from them, limits and scaling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.physics.energy import (
    BYTES,
    TECHNOLOGIES,
    Budget,
    analog_budget,
    cell_energy,
    converter_energy,
    digital_budget,
    movement_over_multiplication,
    thermal_limit,
)

SIZES = st.integers(1, 2000)


@pytest.mark.parametrize('technology, number, energy', [
    ('45 nm', 'int8', 0.23e-12), ('45 nm', 'fp32', 4.6e-12), ('45 nm', 'fp16', 1.5e-12), ('45 nm', 'int32', 3.2e-12),
    ('7 nm', 'int8', 0.077e-12), ('7 nm', 'fp32', 1.69e-12), ('7 nm', 'bfloat16', 0.32e-12), ('7 nm', 'fp16', 0.5e-12),
    ('7 nm', 'int32', 1.51e-12)])
def test_published_energy_of_a_multiplication_and_addition(technology, number, energy):
    assert TECHNOLOGIES[technology].mac(number) == pytest.approx(energy)


@pytest.mark.parametrize('technology, memory, low, high', [
    ('45 nm', 'SRAM 8 KB', 10, 10), ('45 nm', 'SRAM 32 KB', 20, 20), ('45 nm', 'SRAM 1 MB', 100, 100),
    ('45 nm', 'DRAM', 1300, 2600), ('7 nm', 'SRAM 8 KB', 7.5, 7.5), ('7 nm', 'SRAM 32 KB', 8.5, 8.5),
    ('7 nm', 'SRAM 1 MB', 14, 14), ('7 nm', 'DRAM', 1300, 1300), ('7 nm', 'HBM2', 250, 450),
    ('7 nm', 'GDDR6', 350, 480)])
def test_published_energy_of_moving_64_bits(technology, memory, low, high):
    assert TECHNOLOGIES[technology].access[memory] == pytest.approx((low * 1e-12, high * 1e-12))
    assert TECHNOLOGIES[technology].per_byte(memory) == pytest.approx(low * 1e-12 / 8)


def test_a_weight_from_dram_costs_far_more_than_its_arithmetic():
    old = TECHNOLOGIES['45 nm']
    assert 4 * old.per_byte('DRAM') == pytest.approx(650e-12)
    assert 4 * old.per_byte('DRAM') / old.mac('fp32') == pytest.approx(140, rel=0.02)
    assert old.per_byte('DRAM') / old.mac('int8') == pytest.approx(700, rel=0.02)


def test_arithmetic_became_cheaper_and_dram_did_not():
    old, new = TECHNOLOGIES['45 nm'], TECHNOLOGIES['7 nm']
    for number in ('int8', 'int32', 'fp16', 'fp32'):
        assert 2 < old.mac(number) / new.mac(number) <= 3.01
    assert old.per_byte('DRAM') == new.per_byte('DRAM')


def test_the_ratio_of_movement_to_multiplication_is_ten_thousand_to_two_million():
    assert movement_over_multiplication() == pytest.approx((1e4, 2e6))


def test_cells_from_one_to_a_hundred_femtojoules():
    assert cell_energy(25e-6, 0.2, 100e-9) == pytest.approx(100e-15)
    assert cell_energy(2.5e-6, 0.2, 10e-9) == pytest.approx(1e-15)
    assert 65536 * cell_energy(10e-6, 0.2, 130e-9) == pytest.approx(3.4e-9, rel=0.01)


def test_a_product_whose_weights_come_from_dram():
    budget = digital_budget(256, 256, technology='45 nm')
    assert budget.parts['weights from memory'] == pytest.approx(10.7e-6, rel=0.01)
    assert budget.parts['arithmetic'] == pytest.approx(0.015e-6, rel=0.01)
    assert digital_budget(256, 256).parts['arithmetic'] == pytest.approx(5e-9, rel=0.01)


@given(outputs=SIZES, inputs=SIZES, batch=st.integers(1, 500), number=st.sampled_from(['int8', 'fp16', 'fp32']),
       resident=st.floats(0, 1))
def test_a_batch_shares_the_weights_and_nothing_else(outputs, inputs, batch, number, resident):
    one = digital_budget(outputs, inputs, 1, number, resident=resident).parts
    many = digital_budget(outputs, inputs, batch, number, resident=resident).parts
    for part in ('arithmetic', 'inputs and outputs'):
        assert many[part] == pytest.approx(batch * one[part])
    for part in ('weights from memory', 'weights on the chip'):
        assert many[part] == one[part]


def test_resident_weights_come_from_the_chip():
    fetched, kept = digital_budget(100, 50, resident=0).parts, digital_budget(100, 50, resident=1).parts
    assert fetched['weights on the chip'] == kept['weights from memory'] == 0
    assert fetched['weights from memory'] / kept['weights on the chip'] == pytest.approx(1300 / 14)
    half = digital_budget(100, 50, resident=0.5)
    assert half.total == pytest.approx((sum(fetched.values()) + sum(kept.values())) / 2)


def test_wider_numbers_move_in_proportion():
    weights = {number: digital_budget(64, 64, number=number).parts['weights from memory'] / BYTES[number]
               for number in ('int8', 'fp16', 'fp32')}
    assert len({round(weight * 1e15) for weight in weights.values()}) == 1


def test_converters():
    assert converter_energy(6.25, 34e-15) == pytest.approx(3.1e-3 / 1.2e9, rel=0.01)
    assert converter_energy(9) == pytest.approx(2 * converter_energy(8))
    assert thermal_limit(9) == pytest.approx(4 * thermal_limit(8))
    assert thermal_limit(8) == pytest.approx(0.003e-12, rel=0.1)
    assert all(thermal_limit(bits) < converter_energy(bits) for bits in range(1, 13))


def test_a_tile_of_phase_change_memory():
    budget = analog_budget(256, 256)
    assert budget.parts['cells'] == pytest.approx(3.4e-9, rel=0.01)
    assert budget.parts['ADCs'] == budget.parts['DACs'] == pytest.approx(256 * converter_energy(8))
    assert budget.total < 13.4e-9  # what a whole core of a chip has been measured to need


@given(outputs=SIZES, inputs=SIZES, batch=st.integers(1, 100))
def test_energy_of_a_tile_grows_with_the_batch(outputs, inputs, batch):
    one, many = analog_budget(outputs, inputs), analog_budget(outputs, inputs, batch)
    assert many.per_mac == pytest.approx(one.per_mac)


def test_small_tiles_convert_more_often():
    large, small = analog_budget(512, 512, tile_size=512), analog_budget(512, 512, tile_size=16)
    for part in ('DACs', 'ADCs'):
        assert small.parts[part] == pytest.approx(32 * large.parts[part])
    assert small.parts['cells'] == large.parts['cells'] and small.parts['digital'] > large.parts['digital']


def test_a_matrix_that_does_not_fill_its_tiles():
    """257 inputs need two tiles, so each output is converted twice; 256 outputs need one, so each input once."""
    budget = analog_budget(256, 257)
    assert budget.parts['ADCs'] == pytest.approx(512 * converter_energy(8))
    assert budget.parts['DACs'] == pytest.approx(257 * converter_energy(8))


@pytest.mark.parametrize('budget', [digital_budget(30, 20, 4, resident=0.3), analog_budget(30, 20, 4, tile_size=7)])
def test_shares_add_up(budget):
    assert sum(budget.share(part) for part in budget.parts) == pytest.approx(1)
    assert budget.per_mac * 30 * 20 * 4 == pytest.approx(budget.total)
    with pytest.raises(ValueError, match="part = 'friction' must be one of"):
        budget.share('friction')


def test_per_mac():
    assert Budget({'a': 1.0, 'b': 2.0}, 6).per_mac == 0.5


@pytest.mark.parametrize('call, message', [
    (lambda: digital_budget(0, 5), 'outputs = 0 must be a whole number'),
    (lambda: digital_budget(5, 2.5), 'inputs = 2.5 must be a whole number'),
    (lambda: digital_budget(5, 5, batch=-1), 'batch = -1 must be'),
    (lambda: digital_budget(5, 5, resident=1.1), 'resident = 1.1 must be a number from 0 to 1'),
    (lambda: digital_budget(5, 5, number='int3'), "number = 'int3' must be one of 'int8'"),
    (lambda: digital_budget(5, 5, technology='3 nm'), "technology = '3 nm' must be one of '45 nm', '7 nm'"),
    (lambda: digital_budget(5, 5, technology='45 nm', memory='HBM2'), "memory = 'HBM2' must be one of"),
    (lambda: analog_budget(5, 5, tile_size=0), 'tile_size = 0 must be'),
    (lambda: analog_budget(5, 5, adc_bits=0), 'bits = 0 must be positive'),
    (lambda: analog_budget(5, 5, figure_of_merit=-1e-15), 'figure_of_merit = -1e-15 must be positive'),
    (lambda: analog_budget(5, 5, conductance=-1e-6), 'conductance = -1e-06 must be finite and at least 0'),
    (lambda: cell_energy(1e-6, 0.2, float('nan')), 'time = nan must be finite'),
    (lambda: thermal_limit(8, temperature=0), 'temperature = 0 must be positive'),
    (lambda: movement_over_multiplication(movement=(2e-9, 1e-9)), 'movement = .* must satisfy 0 < lowest')])
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
