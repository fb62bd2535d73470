"""Counts of what a tile has done: the same on every backend, and what shapes and parameters say."""

import numpy as np
import pytest

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.simulator.configs.devices import ConstantStepDevice
from tests.kernel.helpers import needs_numba

RNG = np.random.default_rng(3)
X, D = RNG.normal(size=(4, 9, 5)).astype(np.float32), RNG.normal(size=(4, 6, 5)).astype(np.float32)
W = (0.3 * RNG.normal(size=(6, 9))).astype(np.float32)


def tile_of(backend=None, **forward):
    tile = Tile((6, 9), TileParameters(device=ConstantStepDevice(), forward=IOParameters(**forward)), seed=4,
                engine=Engine(backend=backend))
    tile.write(W)
    tile.counts = Counts.with_pulses()
    return tile


def test_a_product_counts_passes_and_conversions():
    tile = tile_of(bound_management=BoundManagementType.NONE)
    tile.forward(X)
    counts = tile.counts
    assert (counts.products, counts.passes, counts.repeats) == (20, 20, 0)
    assert (counts.multiplications, counts.input_conversions, counts.output_conversions) == (20 * 54, 20 * 9, 20 * 6)
    tile.backward(D)
    assert (counts.products, counts.input_conversions, counts.output_conversions) == (40, 20 * 15, 20 * 15)


@pytest.mark.parametrize('mv_type, converted', [(AnalogMVType.POS_NEG_SEPARATE, 1),
                                                (AnalogMVType.POS_NEG_SEPARATE_DIGITAL_SUM, 2)])
def test_inputs_of_both_signs_take_two_passes(mv_type, converted):
    tile = tile_of(mv_type=mv_type, bound_management=BoundManagementType.NONE)
    tile.forward(X)
    assert (tile.counts.passes, tile.counts.input_conversions) == (40, 40 * 9)
    assert tile.counts.output_conversions == 20 * 6 * converted


def test_repeated_rounds_are_counted_vector_by_vector():
    tile = tile_of(out_bound=0.05, max_bm_factor=3, inp_res=-1)
    tile.forward(X)
    counts = tile.counts
    assert 0 < counts.repeats <= 2 * 20 and counts.passes == 20 + counts.repeats
    assert counts.multiplications == 54 * counts.passes


def test_exact_products_need_no_crossbar():
    tile = tile_of(is_perfect=True)
    tile.forward(X)
    assert (tile.counts.products, tile.counts.passes, tile.counts.input_conversions) == (20, 0, 0)


@needs_numba
def test_both_backends_count_alike():
    counts = []
    for backend in ('reference', 'compiled'):
        tile = tile_of(backend, out_bound=0.3)
        tile.forward(X)
        tile.backward(D)
        tile.update(X, D, 0.1)
        counts.append(tile.counts)
    assert counts[0] == counts[1]
    assert counts[0].updates == 20 and counts[0].coincidences > 0 and counts[0].repeats > 0


def test_pulses_are_not_counted_unless_asked_for():
    tile = tile_of()
    tile.counts = Counts()
    tile.update(X, D, 0.1)
    assert tile.counts.updates == 20 and tile.counts.steps is None and not tile.counts.has_pulses


def test_writing_is_counted():
    tile = tile_of()
    tile.write(W)
    assert tile.counts.writes == 54


def test_counts_of_tiles_add_up():
    first, second = Counts(products=3, repeats=1), Counts(products=4)
    assert first + second == Counts(products=7, repeats=1)
    assert (first + Counts.with_pulses()).steps is None
    assert (Counts.with_pulses() + Counts.with_pulses()).steps == 0
