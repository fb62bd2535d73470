"""What a layer costs: sums over tiles, and where the digital estimate stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.physics.energy import TECHNOLOGIES, analog_budget, digital_budget
from aihwlab.physics.layer_cost import TileSize, crossbar_cost, digital_cost
from aihwlab.physics.roofline import ROUND_NUMBERS

CORE = TileSize(256, 256, rows=256, columns=256)


def test_a_full_core():
    cost = crossbar_cost(256, [CORE], vectors=1)
    assert cost.energy == analog_budget(256, 256)
    assert cost.time == pytest.approx(130e-9, rel=1e-3)
    assert cost.area == pytest.approx(0.634e-6, rel=1e-3)
    assert CORE.utilisation == 1


@given(vectors=st.integers(1, 100), outputs=st.integers(1, 300), inputs=st.integers(1, 300))
def test_energy_and_time_grow_with_the_vectors_and_the_area_does_not(vectors, outputs, inputs):
    tile = TileSize(outputs, inputs, rows=512, columns=512)
    one, many = crossbar_cost(outputs, [tile], 1), crossbar_cost(outputs, [tile], vectors)
    assert many.energy.total == pytest.approx(vectors * one.energy.total)
    assert many.time == pytest.approx(vectors * one.time)
    assert many.area == one.area == pytest.approx(4 * crossbar_cost(256, [CORE], 1).area)
    assert many.energy.macs == vectors * outputs * inputs


def test_tiles_work_at_the_same_time_and_their_sums_are_added():
    """Two tiles for the inputs give each output twice: one addition for each."""
    whole = crossbar_cost(256, [TileSize(256, 512, 512, 256)], 3)
    parts = crossbar_cost(256, [CORE, CORE], 3)
    assert parts.time == whole.time and parts.area == pytest.approx(whole.area)
    single = crossbar_cost(256, [CORE], 3).energy.parts
    added = 3 * 256 * TECHNOLOGIES['7 nm'].add['int32']
    assert parts.energy.parts['digital'] == pytest.approx(2 * single['digital'] + added)
    for name in ('cells', 'DACs', 'ADCs'):
        assert parts.energy.parts[name] == pytest.approx(2 * single[name])
    assert whole.energy.parts['ADCs'] == pytest.approx(single['ADCs'])


def test_one_more_bit_doubles_the_energy_of_a_converter():
    seven, eight = (crossbar_cost(256, [CORE], 1, dac_bits=bits, adc_bits=bits).energy.parts for bits in (7, 8))
    for name in ('DACs', 'ADCs'):
        assert eight[name] == pytest.approx(2 * seven[name])


def test_the_digital_estimate():
    cost = digital_cost(256, 256, 10, resident=0.25)
    assert cost.energy == digital_budget(256, 256, 10, resident=0.25) and cost.area is None
    moved = 0.75 * 256 * 256 + 2 * 256 * 10
    assert cost.time == pytest.approx(max(2 * 256 * 256 * 10 / ROUND_NUMBERS.peak, moved / ROUND_NUMBERS.bandwidth))


def test_the_examples_of_the_docstrings():
    analog, fetched, resident = crossbar_cost(256, [CORE], 1), digital_cost(256, 256, 1), digital_cost(256, 256, 1, resident=1)
    assert analog.energy.total == pytest.approx(8.9e-9, rel=0.01)
    assert fetched.energy.total == pytest.approx(11e-6, rel=0.05)
    assert fetched.energy.total / analog.energy.total == pytest.approx(1200, rel=0.02)
    assert resident.energy.total == pytest.approx(0.12e-6, rel=0.05)


@pytest.mark.parametrize('call, message', [
    (lambda: crossbar_cost(256, [CORE], 0), 'vectors = 0'), (lambda: crossbar_cost(0, [CORE], 1), 'outputs = 0'),
    (lambda: digital_cost(256, 256, 1, resident=2), 'resident = 2')])
def test_impossible_sizes_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
