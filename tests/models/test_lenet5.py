"""The trained networks that come with the package: how large, how good, and how the file keeps them."""

import numpy as np
import pytest
import torch

from aihwlab.datasets import load_mnist
from aihwlab.models import TRAININGS, lenet5, load_lenet5
from aihwlab.models.lenet5 import WEIGHTS_FILE, packed, unpacked
from aihwlab.models.train_lenet5 import accuracy


def test_the_file_is_small():
    assert WEIGHTS_FILE.stat().st_size < 300_000


@pytest.mark.parametrize('training', TRAININGS)
def test_they_recognise_digits(training):
    """1,000 images that were not trained with: the standard error of 98.5 % is 0.4 %."""
    _, test = load_mnist(source='bundled')
    model = load_lenet5(training)
    assert not model.training
    assert accuracy(model, (test.data[:, None] / 255, test.targets)) > 0.97


def test_the_two_differ():
    plain, aware = (load_lenet5(training)[8].weight for training in TRAININGS)
    assert not torch.equal(plain, aware)
    assert abs(aware).max() / aware.std() < abs(plain).max() / plain.std(), 'large weights have been cut off'


def test_another_training_is_refused():
    with pytest.raises(ValueError, match="^training = 'noisy': must be one of 'plain', 'aware'$"):
        load_lenet5('noisy')


def test_a_network_without_training_guesses():
    torch.manual_seed(1)
    logarithms = lenet5().eval()(torch.rand(3, 1, 28, 28))
    torch.testing.assert_close(logarithms.exp().sum(dim=1), torch.ones(3))


def test_parameters_are_kept_to_half_a_step():
    array = np.random.default_rng(1).normal(size=(4, 3, 2, 2)).astype(np.float32)
    kept = packed('layer.weight', array)
    assert kept['layer.weight'].dtype == np.int8
    steps = abs(array).max(axis=(1, 2, 3), keepdims=True) / 127
    assert (abs(unpacked(kept, 'layer.weight') - array) <= 0.5001 * steps).all()
    bias = array[:, 0, 0, 0]
    assert np.array_equal(unpacked(packed('layer.bias', bias), 'layer.bias'), bias)
