"""Weights as pairs of conductances from tables: the same as other pairs for their tables, and the way back."""

import numpy as np

from aihwlab.kernel.conductance import custom_pairs, pairs

W = np.linspace(-0.7, 0.9, 12, dtype=np.float32).reshape(3, 4)


def test_the_tables_of_a_single_pair_make_a_single_pair():
    custom, scale = custom_pairs.to_conductances(W, [1.0], [[0, 0, 25], [25, 0, 0]])
    expected, expected_scale = pairs.to_conductances(W, [1.0], 0.0, 25.0)
    assert np.isclose(scale, expected_scale) and all(g.dtype == np.float32 for g in custom)
    np.testing.assert_allclose(custom, expected, atol=1e-5)


def test_both_devices_may_carry_a_weight():
    tables = [[5, 15, 25], [25, 15, 5]]
    (plus, minus), scale = custom_pairs.to_conductances(W, [1.0], tables)
    np.testing.assert_allclose(plus + minus, 30, rtol=1e-6)
    np.testing.assert_allclose(pairs.to_weights([plus, minus], [1.0], scale), W, atol=1e-6)
    np.testing.assert_allclose(custom_pairs.table_weights([1.0], tables), [-20, 0, 20])


def test_factors_weigh_their_tables():
    np.testing.assert_allclose(custom_pairs.table_weights([1.0, 2.0], [[0, 5], [5, 0], [0, 10], [10, 0]]), [-25, 25])


def test_zeros_are_at_the_middle_of_the_tables():
    (plus, minus), _ = custom_pairs.to_conductances(np.zeros(3), [1.0], [[0, 7, 25], [25, 7, 0]])
    assert (plus == 7).all() and (minus == 7).all()
