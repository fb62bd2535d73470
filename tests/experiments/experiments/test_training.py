"""The experiment of training: it learns, is reproducible, announces its moments, and can be changed step by step."""

import pytest
import torch
from torch.nn import CrossEntropyLoss, NLLLoss
from torch.optim.lr_scheduler import StepLR

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments import BasicTraining
from aihwlab.experiments.experiments.base import Signals
from tests.experiments.digits import Stripes, digital_network, exact_network


def run(epochs=3, **settings):
    model = exact_network()
    experiment = BasicTraining(Stripes, model, batch_size=16, epochs=epochs, learning_rate=0.5, **settings)
    torch.manual_seed(5)
    return experiment, experiment.run()


def without_time(results):
    return [{name: value for name, value in row.items() if name != 'time_epoch'} for row in results]


def test_a_network_learns_and_each_epoch_has_its_results():
    experiment, results = run()
    assert [row['epoch'] for row in results] == [0, 1, 2] and experiment.results is results
    assert all(set(row) == {'epoch', 'time_epoch', 'accuracy', 'train_loss', 'valid_loss'} for row in results)
    assert results[-1]['accuracy'] == 1.0
    assert results[-1]['train_loss'] < results[0]['train_loss'] and results[-1]['valid_loss'] < results[0]['valid_loss']


def test_the_same_seed_gives_the_same_results():
    assert without_time(run()[1]) == without_time(run()[1])


def test_defaults_are_those_of_aihwkit():
    experiment = BasicTraining(Stripes, exact_network())
    assert (experiment.batch_size, experiment.loss_function, experiment.epochs, experiment.learning_rate) == (
        64, NLLLoss, 30, 0.05)


def test_moments_are_announced_in_their_order():
    calls = []
    experiment = BasicTraining(Stripes, exact_network(), batch_size=40, epochs=1)
    for signal in Signals:
        experiment.add_hook(signal, lambda *arguments, signal=signal: calls.append((signal.name, *arguments)))
    experiment.add_hook(Signals.EPOCH_END, lambda results: {'doubled': 2 * results['accuracy']})
    results = experiment.run()
    assert [name for name, *_ in calls] == [
        'EXPERIMENT_START', 'EPOCH_START', 'TRAIN_EPOCH_START', *['TRAIN_EPOCH_BATCH_START', 'TRAIN_EPOCH_BATCH_END'] * 2,
        'TRAIN_EPOCH_END', 'VALIDATION_EPOCH_START', 'VALIDATION_EPOCH_BATCH_START', 'VALIDATION_EPOCH_BATCH_END',
        'VALIDATION_EPOCH_END', 'EPOCH_END', 'EXPERIMENT_END']
    assert calls[4][1] == 40 and calls[6][1] == 20 and calls[-2][1] is results[0]
    assert results[0]['train_loss'] == pytest.approx((40 * calls[4][2] + 20 * calls[6][2]) / 60)
    assert results[0]['doubled'] == 2 * results[0]['accuracy']


def test_results_before_an_error_stay():
    experiment = BasicTraining(Stripes, exact_network(), epochs=5)
    experiment.add_hook(Signals.EPOCH_START, lambda epoch: 1 / (2 - epoch))
    with pytest.raises(ZeroDivisionError):
        experiment.run()
    assert [row['epoch'] for row in experiment.results] == [0, 1]


def test_a_scheduler_can_follow_the_training():
    class Scheduled(BasicTraining):
        def train(self, training_loader, validation_loader, model, optimizer, loss_function, epochs, device):
            self.scheduler = StepLR(optimizer, step_size=1, gamma=0.5)
            return super().train(training_loader, validation_loader, model, optimizer, loss_function, epochs, device)

        def training_step(self, training_loader, model, optimizer, loss_function, device):
            super().training_step(training_loader, model, optimizer, loss_function, device)
            self.scheduler.step()

    experiment = Scheduled(Stripes, exact_network(), epochs=3, learning_rate=0.8)
    assert len(experiment.run(max_elements=16)) == 3
    assert experiment.scheduler.get_last_lr()[0] == pytest.approx(0.1)


def test_a_digital_network_can_be_trained_as_well():
    experiment = BasicTraining(Stripes, digital_network(), loss_function=CrossEntropyLoss, epochs=2)
    assert len(experiment.run()) == 2


@pytest.mark.parametrize('name, value', [('epochs', 0), ('epochs', 1.5), ('learning_rate', -1.0),
                                         ('learning_rate', float('nan'))])
def test_arguments_that_are_impossible_are_refused(name, value):
    with pytest.raises(ArgumentError, match=f'^{name} = '):
        BasicTraining(Stripes, exact_network(), **{name: value})
