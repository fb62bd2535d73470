"""Published figures of chips and what follows from them."""

import pytest

from aihwlab.physics.chips import CHIPS


@pytest.mark.parametrize('chip, picojoules', [
    ('one core', 0.19), ('64 cores, one phase', 0.205), ('64 cores, four phases', 0.806), ('34 tiles', 0.16)])
def test_energy_of_a_multiplication_and_addition(chip, picojoules):
    assert CHIPS[chip].energy_per_mac == pytest.approx(picojoules * 1e-12, rel=0.01)


@pytest.mark.parametrize('chip, nanoseconds, nanojoules', [
    ('64 cores, one phase', 133, 13.4), ('64 cores, four phases', 521, 52.9)])
def test_a_product_on_64_cores(chip, nanoseconds, nanojoules):
    chip = CHIPS[chip]
    assert chip.product_time == pytest.approx(nanoseconds * 1e-9, rel=0.005)
    assert chip.energy_per_product == pytest.approx(nanojoules * 1e-9, rel=0.005)
    assert chip.power == pytest.approx(6.5, rel=0.01)


@pytest.mark.parametrize('chip', CHIPS.values(), ids=CHIPS)
def test_every_figure_has_a_source(chip):
    assert 'doi:10.' in chip.source and chip.includes


@pytest.mark.parametrize('chip', [chip for chip in CHIPS.values() if chip.throughput], ids=lambda chip: chip.name)
def test_power_times_time_is_energy(chip):
    assert chip.power * chip.product_time == pytest.approx(chip.cores * chip.energy_per_product)


def test_area_of_the_core_that_was_measured():
    """1.008 TOPS at 1.59 TOPS/mm^2: 0.634 mm^2 for 256 x 256 weights."""
    core = CHIPS['one core']
    assert core.area_per_weight * 256 * 256 == pytest.approx(1.008 / 1.59 * 1e-6)
    assert core.product_time == pytest.approx(130e-9, rel=0.001)


def test_what_is_not_known_is_not_made_up():
    with pytest.raises(ValueError, match="throughput = None for the chip '34 tiles.*': must be a number for this calculation"):
        CHIPS['34 tiles'].power
    with pytest.raises(ValueError, match='density = None'):
        CHIPS['64 cores, one phase'].area_per_weight
    with pytest.raises(ValueError, match='rows = None'):
        CHIPS['34 tiles'].product_time
