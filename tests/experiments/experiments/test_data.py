"""Data of experiments: which arguments data sets get, how many examples are taken, and how they are counted."""

import pytest
import torch
from torch.nn import NLLLoss
from torchvision.datasets import MNIST, SVHN, FashionMNIST

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.experiments.data import DataExperiment, Tally, placed
from tests.experiments.digits import Stripes, digital_network


def experiment():
    return DataExperiment(Stripes, digital_network(), 4, NLLLoss)


@pytest.mark.parametrize('dataset, training, validation', [
    (MNIST, {'train': True}, {'train': False}), (FashionMNIST, {'train': True, 'download': True},
                                                 {'train': False, 'download': True}),
    (SVHN, {'split': 'train', 'download': True}, {'split': 'test', 'download': True})])
def test_data_sets_get_their_arguments(dataset, training, validation):
    assert experiment().get_dataset_arguments(dataset) == (training, validation)


def test_so_many_examples_are_taken_at_random_and_the_seed_decides_which():
    def drawn(seed, most):
        torch.manual_seed(seed)
        return [label for _, label in experiment().get_data(Stripes, True, most, 'nowhere')]

    assert drawn(1, 8) == drawn(1, 8) != drawn(2, 8)
    assert len(drawn(1, 8)) == 8 and len(drawn(1, 0)) == len(drawn(1, 1000)) == 60
    assert experiment().get_data(Stripes, False, 0, 'nowhere').root == 'nowhere'
    with pytest.raises(ArgumentError, match=r'max_elements = -1: must be in \[0, inf\)'):
        drawn(1, -1)


def test_a_tally_weighs_batches_by_their_examples():
    tally = Tally()
    tally.add(torch.eye(3), torch.tensor([0, 1, 1]), torch.tensor(2.0))
    tally.add(torch.eye(3)[:1], torch.tensor([0]), torch.tensor(6.0))
    assert tally.accuracy == 0.75 and tally.loss == 3.0


def test_a_network_stays_where_it_is_unless_a_torch_device_is_named():
    model = digital_network()
    assert placed(model, None) == (model, torch.device('cpu')) == placed(model, 'cpu')
    assert placed(torch.nn.ReLU(), None)[1] == torch.device('cpu')


@pytest.mark.parametrize('name, value', [
    ('dataset', Stripes('here')), ('model', Stripes), ('batch_size', 0), ('loss_function', NLLLoss())])
def test_arguments_that_are_impossible_are_refused(name, value):
    arguments = {'dataset': Stripes, 'model': digital_network(), 'batch_size': 4, 'loss_function': NLLLoss}
    with pytest.raises(ArgumentError, match=f'^{name} = '):
        DataExperiment(**{**arguments, name: value})
