from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from aihwlab.datasets import load_mnist
from aihwlab.kernel.pulse_response import pulse_response
from aihwlab.lessons import lenet5_training as lesson
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs.devices import SoftBoundsReferenceDevice
from aihwlab.simulator.presets import EcRamPreset, IdealizedPreset, ReRamSBPreset
from aihwlab.widgets import DeviceResponse
from aihwlab.widgets.training_run import TrainingRun
from tests.lessons.prose import markdown, says, tasks

SAID, MEANT = markdown('04_lenet5_training'), tasks(lesson)


def test_multiplications_are_those_of_the_network():
    tiles = [(16, 25, 576), (32, 400, 64), (128, 512, 1), (10, 128, 1)]
    assert lesson.MULTIPLICATIONS.solved() == sum(np.prod(tile) for tile in tiles)


def test_symmetry_point_is_where_the_simulated_steps_are_equal():
    device = SoftBoundsReferenceDevice(w_min=-0.6, w_max=0.9, up_down=0.3, dw_min_dtod=0, w_min_dtod=0, w_max_dtod=0,
                                       up_down_dtod=0, reference_std=0, subtract_symmetry_point=False)
    step = pulse_response(device, 1, 1).step
    simulated = np.interp(0, -(step.up + step.down), step.weight)
    np.testing.assert_allclose(lesson.SYMMETRY_POINT.solved()(-0.6, 0.9, 0.3), simulated, atol=1e-3)


def test_what_the_quiz_says_about_averaging_is_what_devices_do():
    """Steps far from bounds: the standard error of the standard deviation of 4,000 devices is 1.1 %."""
    device = SoftBoundsReferenceDevice(dw_min=1e-5, dw_min_std=3.75, write_noise_std=56, w_min=-1, w_max=1, dw_min_dtod=0,
                                       w_min_dtod=0, w_max_dtod=0, up_down_dtod=0, reference_std=0)
    after = pulse_response(device, 100, 0, devices=4000).weights[-1] / 1e-5
    np.testing.assert_allclose(after.mean(), 100, atol=4 * 67 / 4000 ** 0.5)
    np.testing.assert_allclose(after.std(), (37.5 ** 2 + 56 ** 2) ** 0.5, rtol=0.045)


def test_a_better_cell_is_trained_with_three_seeds():
    seen = []
    report = lesson.BETTER_CELL.examine(lesson.BETTER_CELL.solved(),
                                        lambda config, seed: seen.append((config.device.write_noise_std, seed)) or 60.0)
    assert report.passed and seen == [(10, 1), (10, 2), (10, 3)]
    assert not lesson.BETTER_CELL.examine(lesson.BETTER_CELL.solved(), lambda config, seed: 50.0).passed


def test_a_better_cell_may_differ_in_nothing_else():
    config = lesson.BETTER_CELL.solved()
    config.forward.out_noise, config.device.dw_min_std = 0.0, 0.3
    report = repr(lesson.BETTER_CELL.examine(config, None))
    assert '`config.forward.out_noise` is 0 instead of 0.1' in report and '`config.device.dw_min_std` is 0.3 instead' in report
    assert 'EcRamPreset instead of ReRamSBPreset' in repr(lesson.BETTER_CELL.examine(EcRamPreset(), None))
    assert 'made from `ReRamSBPreset()`' in repr(lesson.BETTER_CELL.examine(ReRamSBPreset, None))


def test_what_is_said_about_the_network():
    says(SAID, 'a network whose {} weights', 16 * 25 + 32 * 400 + 128 * 512 + 10 * 128)
    says(SAID, 'used 24 × 24 = {} times for each image', 24 ** 2)


def test_what_is_said_about_noise_management():
    torch.manual_seed(1)
    layer = AnalogLinear(128, 10, bias=False, rpu_config=EcRamPreset())
    x = 2 * torch.rand(1, 128) - 1
    with torch.no_grad():
        full, tenth = (torch.cat([layer(scale * x) for _ in range(200)]).std(dim=0).mean().item() for scale in (1, 0.1))
    says(SAID, 'the noise of {} given in the configuration', full)
    says(SAID, 'About {}, ten times less', tenth)


def wanted_and_done(config):
    """Return the weight changes that a training step wants, and those that it makes, as in the notebook."""
    torch.manual_seed(2)
    layer = AnalogLinear(40, 30, bias=False, rpu_config=config)
    optimizer = AnalogSGD(layer.parameters(), lr=0.05)
    optimizer.regroup_param_groups(layer)
    before = layer.get_weights()[0].clone()
    x, d = 2 * torch.rand(1, 40) - 1, 0.8 * torch.rand(1, 30) - 0.4
    layer(x).backward(d)
    optimizer.step()
    return -0.05 * d.T @ x, layer.get_weights()[0] - before


def test_what_is_said_about_one_step_of_the_optimizer():
    fine, ecram, reram = IdealizedPreset(), EcRamPreset(), ReRamSBPreset()
    for config in (fine, ecram, reram):
        assert config.update.desired_bl == 31
    says(MEANT, 'a weight by {} on EcRam and ReRamSB, and by {} on Idealized', ecram.device.dw_min, fine.device.dw_min)
    assert reram.device.dw_min == ecram.device.dw_min
    says(SAID, '31 average steps of {} make {}', fine.device.dw_min, 31 * fine.device.dw_min)
    says(MEANT, '31 steps of {} make {}, less than a third', fine.device.dw_min, 31 * fine.device.dw_min)
    says(MEANT, '31 of them would make {}', 31 * ecram.device.dw_min)
    says(MEANT, 'throws the weight that is read by {} in a random direction',
         reram.device.write_noise_std * reram.device.dw_min)
    errors = {}
    for name, config in {'Idealized': fine, 'EcRam': ecram, 'ReRamSB': reram}.items():
        wanted, done = wanted_and_done(config)
        errors[name] = (done - wanted).std() / ecram.device.dw_min
        if name == 'Idealized':
            assert 0.0062 < done.abs().max() < 0.02  # "a little further, but none gets to 0.02"
    assert min(errors, key=errors.__getitem__) == 'EcRam' and 1 < errors['EcRam'] < 1.5
    assert errors['ReRamSB'] * ecram.device.dw_min / wanted.std() == pytest.approx(20, rel=0.1)


def test_what_is_said_about_the_symmetry_point():
    explorer = DeviceResponse(device='EcRam')
    plain = explorer.result.weights[-1].mean()
    explorer.set(up_down=0.3)
    moved, step = explorer.result.weights[-1].mean(), explorer.result.step
    says(SAID, 'as many pulses down as up leave it at {}: why?', plain)
    says(SAID, 'With an asymmetry of {} it ends at {}.', 0.3, moved)
    says(SAID, 'from 0.00 to {}', np.interp(0, -(step.up + step.down), step.weight))


def test_what_is_said_about_write_noise():
    device = ReRamSBPreset().device
    fluctuation = device.write_noise_std * device.dw_min
    says(SAID, 'the fluctuation of {}, which is as much as {} steps', fluctuation, device.write_noise_std)
    says(SAID, r'${}\sqrt{128} \approx {}$',
         fluctuation, lesson.OUTPUT_NOISE.solved()(device, 128))
    says(MEANT, '({} steps of noise in each)', device.dw_min_std)


def build(config):
    """Return the network of the lesson."""
    return AnalogSequential(
        AnalogConv2d(1, 16, 5, rpu_config=config), nn.Tanh(), nn.MaxPool2d(2),
        AnalogConv2d(16, 32, 5, rpu_config=config), nn.Tanh(), nn.MaxPool2d(2), nn.Tanh(), nn.Flatten(),
        AnalogLinear(512, 128, rpu_config=config), nn.Tanh(),
        AnalogLinear(128, 10, rpu_config=config), nn.LogSoftmax(dim=1))


@pytest.fixture
def one_thread():
    """Batches of 8 are too little work for more threads of torch, as the notebook says."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def recognised(preset=EcRamPreset, lr=0.01, seed=1, desired_bl=31, batches=None, **device):
    """Return the percentage of test images that are recognised after one epoch, or some batches, as in the explorer."""
    train, test = load_mnist(source='bundled')
    config = preset()
    config.device, config.update.desired_bl = replace(config.device, **device), desired_bl
    if batches is not None:
        train = torch.utils.data.Subset(train, range(8 * batches))
    run = TrainingRun(build, config, train, test, lr=lr, seed=seed, tests=1)
    for _ in run.steps():
        pass
    return 100 * run.accuracies[-1]


@pytest.mark.slow
@pytest.mark.usefixtures('one_thread')
def test_what_is_said_about_an_epoch():
    """Single runs differ by some percent between processors: what is said leaves room for that."""
    assert np.mean([recognised(seed=seed) for seed in (1, 2, 3)]) == pytest.approx(lesson.FIRST_EPOCH.guess.truth, abs=6)


@pytest.mark.slow
@pytest.mark.usefixtures('one_thread')
def test_what_is_said_about_learning_rates():
    assert recognised(lr=0.1) > 90 > 35 > recognised(lr=0.001)
    assert recognised(lr=10 ** -0.5) < 20


@pytest.mark.slow
@pytest.mark.usefixtures('one_thread')
def test_what_is_said_about_noise_from_pulse_to_pulse():
    assert recognised(dw_min_std=3) > 70 > 55 > recognised(dw_min_std=10)


@pytest.mark.slow
@pytest.mark.usefixtures('one_thread')
def test_when_the_length_of_trains_matters():
    assert recognised(desired_bl=1, batches=100) == recognised(desired_bl=31, batches=100) == recognised(
        desired_bl=127, batches=100)
    assert recognised(lr=0.2, desired_bl=31, batches=100) == recognised(lr=0.2, desired_bl=127, batches=100)


@pytest.mark.slow
@pytest.mark.usefixtures('one_thread')
@pytest.mark.parametrize('flaw, learns', [(dict(dw_min_std=0.3), False), (dict(write_noise_std=0), True), (
    dict(dw_min_dtod=0, up_down_dtod=0, w_max_dtod=0, w_min_dtod=0, reference_std=0), False)],
    ids=['noise of steps', 'write noise', 'spread'])
def test_which_flaw_keeps_the_network_from_learning(flaw, learns):
    reached = recognised(ReRamSBPreset, lr=0.03, batches=300, **flaw)
    assert reached > 55 if learns else reached < 25


def test_progress_follows():
    progress = lesson.progress()
    before = progress.count
    lesson.BETTER_CELL.check(lesson.BETTER_CELL.solved(), lambda config, seed: 60.0)
    assert progress.count == before + 1
