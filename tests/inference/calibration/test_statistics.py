"""What is remembered of inputs: means over batches, quantiles of some vectors, the largest magnitude."""

import pytest
import torch

from aihwlab.inference.calibration.statistics import Cache, Largest, MovingMean, quantile_of


def vectors(*batches):
    return [torch.tensor(batch)[:, :, None] for batch in batches]


def test_means_are_over_batches_and_vectors_of_zeros_do_not_count():
    statistic = MovingMean(lambda rows: rows.mean().item())
    assert statistic.value() is None
    for batch in vectors([[1.0, 3.0], [0.0, 0.0]], [[0.0, 0.0]], [[-5.0, -5.0]], [[4.0, 4.0]]):
        statistic.look(batch)
    assert statistic.value() == 3.0 and statistic.count == 2
    few = MovingMean(lambda rows: rows.mean().item(), most=1)
    for batch in vectors([[1.0, 3.0]], [[9.0, 9.0]]):
        few.look(batch)
    assert few.value() == 2.0


def test_the_largest_magnitude():
    statistic = Largest()
    assert statistic.value() is None
    for batch in vectors([[1.0, -3.0]], [[2.0, 0.5]]):
        statistic.look(batch)
    assert statistic.value() == 3.0


def test_positions_of_convolutions_are_vectors_too():
    statistic = Cache(1.0, 10, torch.Generator())
    statistic.look(torch.arange(12.0).reshape(1, 3, 4))
    assert statistic.rows.shape == (4, 3) and statistic.rows[:, 0].sum() == 0 + 1 + 2 + 3


def test_all_vectors_are_kept_with_the_same_probability():
    kept = torch.zeros(20)
    for seed in range(600):
        statistic = Cache(1.0, 5, torch.Generator().manual_seed(seed))
        for batch in torch.arange(1.0, 21.0).reshape(5, 4, 1, 1):
            statistic.look(batch)
        assert len(statistic.rows) == 5
        kept[statistic.rows[:, 0].long() - 1] += 1
    expected, error = 600 * 5 / 20, (600 * 0.25 * 0.75) ** 0.5
    assert ((kept - expected).abs() < 4.5 * error).all()


@pytest.mark.parametrize('quantile, expected', [(1.0, 4.0), (0.5, 2.5)])
def test_quantiles_are_of_magnitudes(quantile, expected):
    assert quantile_of(torch.tensor([-4.0, 1.0, -3.0, 2.0]), quantile) == expected
