"""The experiment of inference: accuracy falls as devices drift, results are reproducible, and interruptions keep them."""

import pytest
import torch
from torch.nn import CrossEntropyLoss, Module

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments import BasicInferencing
from aihwlab.experiments.experiments.base import Signals
from aihwlab.inference import PCMLikeNoiseModel
from aihwlab.simulator.configs import InferenceRPUConfig
from tests.experiments.digits import Stripes, digital_network, exact_network, network_for_inference


def rows_of(results):
    return results['inference_runs']['inference_results']


def test_results_have_ten_times_and_all_repeats():
    torch.manual_seed(2)
    experiment = BasicInferencing(Stripes, network_for_inference(), inference_repeats=3, inference_time=1e8)
    results = experiment.run()
    assert experiment.results is results and set(results) == {'inference_runs'}
    runs = results['inference_runs']
    assert runs['inference_repeat'] == 3 and runs['is_partial'] is False and runs['time_elapsed'] > 0
    assert [row['t_inference'] for row in runs['inference_results']] == pytest.approx([0, *(10 ** n for n in range(9))])
    for row in runs['inference_results']:
        assert set(row) == {'t_inference', 'avg_accuracy', 'std_accuracy', 'avg_error', 'avg_loss'}
        assert row['avg_error'] == 1 - row['avg_accuracy']
    assert rows_of(results)[0]['avg_accuracy'] == 1.0


def test_noise_lowers_the_accuracy_and_repeats_differ():
    model = network_for_inference()
    model[0].analog_module.rpu_config.noise_model = PCMLikeNoiseModel(prog_noise_scale=30.0)
    torch.manual_seed(2)
    first = rows_of(BasicInferencing(Stripes, model, inference_repeats=4).run())[0]
    assert first['avg_accuracy'] < 1 and first['std_accuracy'] > 0


def test_each_repeat_programs_the_weights_anew():
    model, programmed = network_for_inference(), []
    experiment = BasicInferencing(Stripes, model, inference_repeats=3)
    experiment.add_hook(Signals.INFERENCE_REPEAT_END, lambda _: programmed.append(model[0].analog_module.programmed_weights))
    experiment.run(max_elements=4)
    assert len({tuple(weights.flatten().tolist()) for weights in programmed}) == 3


def test_the_same_seed_gives_the_same_results():
    def rows():
        model = network_for_inference()
        torch.manual_seed(4)
        return rows_of(BasicInferencing(Stripes, model).run(max_elements=12))

    assert rows() == rows()


def test_the_trained_weights_stay_but_for_their_scales():
    model = network_for_inference()
    before = model[0].get_weights()[0]
    BasicInferencing(Stripes, model, inference_repeats=1, remap_weights=False).run(max_elements=4)
    model.train()
    assert torch.equal(model[0].get_weights()[0], before) and model[0].analog_module.get_mapping_scales() is None
    model[0].set_weights(before * 3)
    BasicInferencing(Stripes, model, inference_repeats=1).run(max_elements=4)
    model.train()
    assert torch.allclose(model[0].get_weights()[0], before * 3)
    assert model[0].analog_module.get_mapping_scales().item() == pytest.approx(3)


class Plain(Module):
    """A network whose root is no analog container."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x)


@pytest.mark.parametrize('root', [lambda network: network, Plain], ids=['analog', 'plain'])
def test_saved_weights_are_loaded_without_their_configuration(tmp_path, root):
    saved = network_for_inference()
    saved[0].analog_module.rpu_config.noise_model = PCMLikeNoiseModel(prog_noise_scale=7.0)
    saved[0].set_weights(torch.full((3, 6), 0.25), torch.ones(3))
    torch.save(root(saved).state_dict(), tmp_path / 'weights.pth')
    model = network_for_inference()
    BasicInferencing(Stripes, root(model), weight_template_id=str(tmp_path / 'weights.pth'), inference_repeats=1).run(4)
    model.train()
    assert torch.allclose(model[0].get_weights()[0], torch.full((3, 6), 0.25))
    assert model[0].analog_module.rpu_config.noise_model == InferenceRPUConfig().noise_model


def test_moments_are_announced_and_results_before_an_error_stay():
    calls = []
    experiment = BasicInferencing(Stripes, network_for_inference(), inference_repeats=3)
    for signal in Signals:
        experiment.add_hook(signal, lambda *_, signal=signal: calls.append(signal.name))
    experiment.add_hook(Signals.INFERENCE_REPEAT_START, lambda repeat: 1 / (1 - repeat))
    with pytest.raises(ZeroDivisionError):
        experiment.run(max_elements=4)
    assert calls == ['EXPERIMENT_START', 'INFERENCE_START', 'INFERENCE_REPEAT_START', 'INFERENCE_REPEAT_END',
                     'INFERENCE_REPEAT_START']
    assert experiment.results['inference_runs']['is_partial'] and experiment.results['inference_runs']['inference_repeat'] == 1
    experiment.add_hook(Signals.INFERENCE_REPEAT_START, lambda repeat: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        experiment.run(max_elements=4)
    assert not experiment.results  # those of the run before are gone


def test_defaults_are_those_of_aihwkit():
    experiment = BasicInferencing(Stripes, network_for_inference())
    assert (experiment.batch_size, experiment.loss_function, experiment.weight_template_id, experiment.inference_repeats,
            experiment.inference_time, experiment.remap_weights) == (10, CrossEntropyLoss, '', 2, 86400, True)


@pytest.mark.parametrize('name, value', [
    ('weight_template_id', 'no such file'), ('inference_repeats', 0), ('inference_time', 0.5), ('remap_weights', 1)])
def test_arguments_that_are_impossible_are_refused(name, value):
    with pytest.raises(ArgumentError, match=f'^{name} = '):
        BasicInferencing(Stripes, network_for_inference(), **{name: value})


@pytest.mark.parametrize('model', [digital_network, exact_network])
def test_networks_without_tiles_for_inference_are_refused(model):
    with pytest.raises(ArgumentError, match='^model: must have tiles for inference'):
        BasicInferencing(Stripes, model())
