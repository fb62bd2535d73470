"""Grids of tiles: parts that are handed out come back in the same places."""

import pytest
import torch

from aihwlab.exceptions import TileError
from tests.simulator.tiles.test_array import split_array


def test_parts_of_a_matrix_are_put_together_again():
    array, matrix = split_array(), torch.rand(3, 5)
    parts = dict(array.with_parts(matrix))
    assert list(parts) == list(array.tiles()) and parts[array.first].shape == (2, 2)
    assert (array.whole(parts.get) == matrix).all()


def test_entries_are_named_by_the_places_of_their_tiles():
    array = split_array()
    places = array.places()
    assert list(places) == ['0.0', '0.1', '1.0', '1.1', '2.0', '2.1'] and places['1.0'] is array.array[1][0]
    entries = array.collected('dump_extra')
    parts = array.by_tile(entries)
    assert parts[places['1.0']]['seed'] == entries['1.0.seed'] == places['1.0'].seed and len(parts) == 6
    for wrong in ('seed', '1.seed', '3.0.seed', '.seed'):
        with pytest.raises(TileError, match=r'must begin with the place of a tile, 0\.0, 0\.1'):
            array.by_tile({wrong: 1})


def test_a_part_that_the_last_tile_refuses_reaches_no_tile():
    array = split_array()
    parts = {tile: {'learning_rate': 0.5} for tile in array.tiles()}
    parts[array.array[2][1]] = {'learning_rate': -0.5}
    with pytest.raises(TileError, match='learning_rate = -0.5'):
        array.hand_out('load_extra', parts)
    assert {tile.get_learning_rate() for tile in array.tiles()} == {0.1}
