"""Training in front of one's eyes, on a task that a few batches suffice for."""

import asyncio

import numpy as np
import pytest
import torch
from torch.nn import Flatten, LogSoftmax
from torch.utils.data import TensorDataset

from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.simulator.presets import IdealizedPreset
from aihwlab.widgets import TrainingExplorer
from aihwlab.widgets.training import CONFIGURATIONS
from aihwlab.widgets.training_panel import MEAN_OF, running_mean
from aihwlab.widgets.training_run import TrainingRun, accuracy


def build(rpu_config):
    return AnalogSequential(Flatten(), AnalogLinear(16, 4, rpu_config=rpu_config), LogSoftmax(dim=1))


def stripes(count, seed):
    """Return images of 4 x 4 with one bright row, which is the label."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(4, (count,), generator=generator)
    images = 0.1 * torch.rand(count, 1, 4, 4, generator=generator)
    images[torch.arange(count), 0, labels] += 1
    return TensorDataset(images, labels)


TRAIN, TEST = stripes(160, 1), stripes(40, 2)


@pytest.fixture
def explorer():
    return TrainingExplorer(build, TRAIN, TEST, preset='Idealized', lr=0.1, tests=4)


def test_a_run_learns_and_keeps_its_record():
    run = TrainingRun(build, IdealizedPreset(), TRAIN, TEST, lr=0.1, epochs=2, tests=4, crosspoints=5)
    for number, _ in enumerate(run.steps(), start=1):
        assert len(run.losses) == number and len(run.traces) == number + 1
    assert run.total == number == 40
    assert run.tested == [10, 20, 30, 40]
    assert run.losses[-1] < run.losses[0] and run.accuracies[-1] > 0.9
    assert run.accuracies[-1] == accuracy(run.model, TEST)
    assert np.shape(run.traces) == (41, 5) and run.weights.shape == run.first_weights.shape == (64,)
    np.testing.assert_array_equal(run.traces[-1], run.weights[run.watched])
    assert not np.array_equal(run.first_weights, run.weights)


@pytest.mark.slow
def test_seed_decides_and_torch_is_left_alone():
    state = torch.get_rng_state()
    runs = [TrainingRun(build, IdealizedPreset(), TRAIN, TEST, seed=seed) for seed in (1, 1, 2)]
    assert torch.equal(torch.get_rng_state(), state)
    for run in runs:
        list(run.steps())
    assert runs[0].losses == runs[1].losses != runs[2].losses


def test_opening_state_tells_what_to_do(explorer):
    assert 'press Start' in explorer.status.value
    assert not explorer.start_button.disabled and explorer.stop_button.disabled
    assert bytes(explorer.picture.value).startswith(b'data:image/jpeg;base64,')


def test_run_shows_the_record(explorer):
    run = explorer.run()
    view = explorer.view
    np.testing.assert_array_equal(view.losses.get_ydata(), run.losses)
    np.testing.assert_array_equal(view.loss.get_ydata(), running_mean(run.losses))
    np.testing.assert_array_equal(view.accuracy.get_data(), [run.tested, 100 * np.array(run.accuracies)])
    assert view.now.get_ydata().sum() == view.before.get_ydata().sum() == 64
    np.testing.assert_array_equal(view.traces[3].get_ydata(), np.array(run.traces)[:, 3])
    np.testing.assert_array_equal(view.map.get_array(), run.cells)
    lowest, highest = view.map.get_clim()
    assert run.cells.size == 64 and -lowest == highest >= abs(run.cells).max()
    assert explorer.progress.value == explorer.progress.max == 20
    assert '20 of 20 batches' in explorer.text and '% of 40 test images' in explorer.text
    assert not explorer.start_button.disabled and explorer.stop_button.disabled


def test_preset_brings_its_values_along(explorer):
    for name, configuration in CONFIGURATIONS.items():
        explorer.controls['preset'].value = name
        assert explorer.error is None
        device = configuration().device
        assert explorer.values['dw_min_std'] == getattr(device, 'dw_min_std', None)
        assert explorer.values['dw_min_dtod'] == getattr(device, 'dw_min_dtod', None)
    assert explorer.controls['dw_min_std'].disabled and explorer.values['desired_bl'] is None


def test_controls_set_the_configuration(explorer):
    explorer.set(preset='EcRam', dw_min_std=1.5, dw_min_dtod=0.25, desired_bl=7)
    config = explorer.configuration()
    assert type(config).__name__ == 'EcRamPreset'
    assert (config.device.dw_min_std, config.device.dw_min_dtod, config.update.desired_bl) == (1.5, 0.25, 7)


@pytest.mark.slow
def test_digital_training_works_too(explorer):
    explorer.set(preset='digital (exact)')
    assert explorer.run().accuracies[-1] > 0.9


@pytest.mark.slow
def test_changed_controls_wait_for_the_next_start(explorer):
    explorer.run()
    explorer.controls['lr'].value = 0.2
    assert 'learning rate 0.1:' in explorer.text and 'press Start to train' in explorer.status.value
    explorer.run()
    assert 'learning rate 0.2:' in explorer.text and 'press Start' not in explorer.status.value


def test_pin_and_reset(explorer):
    explorer.run()
    kept = explorer.view.loss.get_ydata().copy()
    explorer.pin_button.click()
    explorer.set(lr=0.001)
    explorer.run()
    np.testing.assert_array_equal(explorer.ghosts[0].get_ydata(), kept)
    assert 'Grey: Idealized, learning rate 0.1' in explorer.text
    explorer.reset_button.click()
    assert explorer.result is None and explorer.values['lr'] == 0.1 and explorer.progress.value == 0
    assert len(explorer.view.loss.get_xdata()) == 0 and not explorer.ghosts[0].get_visible()


def test_start_and_stop_between_events(explorer):
    async def learner():
        explorer.start_button.click()
        while explorer.result is None or len(explorer.result.losses) < 3:
            await asyncio.sleep(0.001)
        assert explorer.start_button.disabled and not explorer.stop_button.disabled
        explorer.stop_button.click()
        stopped = len(explorer.result.losses)
        await asyncio.sleep(0.05)
        assert len(explorer.result.losses) == stopped < explorer.result.total
        assert f'{stopped} of 20 batches' in explorer.text
        assert not explorer.start_button.disabled and explorer.stop_button.disabled
        explorer.start()
        explorer.start()                                      # the second takes the place of the first
        await explorer.task
        assert len(explorer.result.losses) == 20 and explorer.task is None
        assert not explorer.start_button.disabled

    asyncio.run(learner())


@pytest.mark.slow
def test_training_is_the_same_between_events(explorer):
    async def learner():
        explorer.start()
        await explorer.task
        return explorer.result.losses

    assert asyncio.run(learner()) == explorer.run().losses


def test_error_while_training_is_shown():
    def fail(rpu_config):
        raise RuntimeError('no network today')

    explorer = TrainingExplorer(fail, TRAIN, TEST)

    async def learner():
        explorer.start()
        await explorer.task

    asyncio.run(learner())
    assert 'RuntimeError: no network today' in explorer.status.value and not explorer.start_button.disabled
    with pytest.raises(RuntimeError, match='no network today'):
        explorer.run()
    assert not explorer.start_button.disabled


def test_running_mean():
    values = np.random.default_rng(1).random(3 * MEAN_OF)
    means = running_mean(values)
    assert means[0] == values[0]
    for last in (5, MEAN_OF, len(values)):
        assert means[last - 1] == pytest.approx(values[max(0, last - MEAN_OF):last].mean())


def test_training_ends_when_the_explorer_is_closed(explorer):
    async def learner():
        explorer.start()
        task = explorer.task
        await asyncio.sleep(0.05)
        explorer.close()
        done = len(explorer.result.losses)
        await asyncio.sleep(0.05)
        assert task.cancelled() and len(explorer.result.losses) == done < explorer.result.total

    asyncio.run(learner())


def test_a_configuration_that_fails_leaves_no_widget():
    from tests.widgets.test_explorer import open_widgets
    before = open_widgets()
    with pytest.raises(ZeroDivisionError):
        TrainingExplorer(build, TRAIN, TEST, configurations={'broken': lambda: 1 / 0})
    assert open_widgets() == before
