"""The crossbars of an array as one; what programs do with it is in `tests/test_idioms_of_aihwkit.py`."""

import pytest
import torch

from aihwlab.simulator.configs.devices import ConstantStepDevice
from tests.simulator.tiles.test_array import split_array


@pytest.mark.parametrize('call, error, message', [
    (lambda array: array.tile.set_weights(torch.ones(2, 2)), ValueError, r'weight of shape \(2, 2\): expected 3 x 5'),
    (lambda array: array.tile.set_weights(torch.full((3, 5), torch.nan)), ValueError, 'must be finite'),
    (lambda array: array.tile.forward(torch.ones(2, 4), bias=True), ValueError, 'an array of tiles has no analog bias'),
    (lambda array: array.set_hidden_parameters({'max_bound': torch.ones(3, 4)}), ValueError, r'must be \(3, 5\)')])
def test_what_an_array_refuses_changes_nothing(call, error, message):
    array = split_array(ConstantStepDevice())
    before = array.get_weights()[0]
    with pytest.raises(error, match=message):
        call(array)
    assert (array.get_weights()[0] == before).all()


def test_weights_that_are_set_in_the_crossbars_end_what_programming_aimed_at():
    array = split_array(ConstantStepDevice())
    array.program_weights(max_iter=1)
    array.tile.set_weights(torch.full((3, 5), 0.1))
    assert all(tile.reference_weights is None for tile in array.tiles())
