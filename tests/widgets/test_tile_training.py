"""Training without torch: the run keeps the record that the picture needs, and exact devices have no pulses to set."""

import numpy as np
import pytest

from aihwlab.datasets.small_digits import load_small_digits
from aihwlab.widgets import TileTrainingExplorer
from aihwlab.widgets.tile_training import EXACT


def test_digits_are_means_of_four_pixels():
    train, test = load_small_digits()
    assert train.images.shape == (6000, 196) and test.images.shape == (1000, 196) and train.images.dtype == np.float32
    assert train.images.min() == 0 and 0.9 < train.images.max() <= 1
    assert train.images.mean() == pytest.approx(0.1307, rel=0.02)  # as of MNIST


def test_a_run_learns_and_keeps_its_record():
    explorer = TileTrainingExplorer(preset='EcRam', batches=60, lr=0.2)
    run = explorer.run()
    assert run.total == run.done == 60 and run.tested == [6, 12, 18, 24, 30, 36, 42, 48, 54, 60]
    assert np.mean(run.losses[-10:]) < 0.8 * np.mean(run.losses[:10]) and run.accuracies[-1] > 0.4
    np.testing.assert_array_equal(run.traces[-1], run.weights[run.watched])
    assert not np.array_equal(run.first_weights, run.weights)
    assert '60 of 60 batches' in explorer.text and 'of 1000 test images are recognised' in explorer.text


def test_an_exact_network_has_neither_devices_nor_pulses_to_set():
    explorer = TileTrainingExplorer(preset=EXACT, batches=3)
    assert [explorer.values[name] for name in ('dw_min_std', 'dw_min_dtod', 'desired_bl')] == [None] * 3
    assert explorer.run().done == 3


def test_the_seed_decides():
    losses = [TileTrainingExplorer(preset='EcRam', batches=3, seed=seed).run().losses for seed in (1, 1, 2)]
    assert losses[0] == losses[1] != losses[2]
