"""Presets of cells: the values of the reference, and their literature."""

import pytest

from aihwlab.simulator import presets
from tests.simulator.presets.helpers import CELLS, assert_values


@pytest.mark.parametrize('name', CELLS)
def test_values_are_those_of_the_reference_and_possible(name):
    assert_values(name)
    getattr(presets, name)().validate()
    assert 'doi:10.' in getattr(presets, name).__doc__


@pytest.mark.parametrize('name', CELLS)
def test_cells_have_devices_of_their_own(name):
    first, second = getattr(presets, name)(), getattr(presets, name)()
    first.unit_cell_devices[0].dw_min = 0.5
    assert second == getattr(presets, name)() != first
