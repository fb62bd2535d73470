"""Runners: they give the results of experiments, print how they go on, and refuse experiments of another kind."""

import pytest
import torch

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments import BasicInferencing, BasicTraining
from aihwlab.experiments.experiments.base import Signals
from aihwlab.experiments.runners import InferenceLocalRunner, LocalRunner
from tests.experiments.digits import Stripes, exact_network, network_for_inference


def training():
    return BasicTraining(Stripes, exact_network(), epochs=2)


def inference():
    return BasicInferencing(Stripes, network_for_inference())


def test_a_training_is_run_and_printed(capsys):
    seen, experiment = [], training()
    experiment.add_hook(Signals.EPOCH_END, seen.append)
    results = LocalRunner(device='cpu').run(experiment, max_elements_train=6, stdout=True)
    assert results is experiment.results and seen == results
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and lines[1].startswith(f'Epoch: 1  accuracy: {results[1]["accuracy"]:.4f}')
    LocalRunner().run(experiment, max_elements_train=6)
    assert not capsys.readouterr().out and len(experiment.hooks[Signals.EPOCH_END]) == 1


def test_an_inference_is_run_and_printed(capsys):
    experiment = inference()
    results = InferenceLocalRunner(device=torch.device('cpu')).run(experiment, 4, stdout=True)
    assert results is experiment.results
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ['Repeat:'] * 2 + ['t_inference:'] * 10
    InferenceLocalRunner().run(experiment, max_elements=4)
    assert not capsys.readouterr().out


@pytest.mark.parametrize('runner, experiment', [(LocalRunner, inference), (InferenceLocalRunner, training)])
def test_experiments_of_another_kind_are_refused(runner, experiment):
    with pytest.raises(ArgumentError, match='^experiment = .* must be an instance of Basic'):
        runner().run(experiment())
