"""Several trainings side by side, on a task that a few batches suffice for."""

import numpy as np
import pytest

from aihwlab.kernel.counts import Counts
from aihwlab.physics.work import work
from aihwlab.simulator.configs import FloatingPointRPUConfig
from aihwlab.simulator.presets import (
    ChoppedTTv2ReRamSBPreset,
    IdealizedPreset,
    MixedPrecisionReRamSBPreset,
    ReRamESPreset,
    ReRamSBPreset,
)
from aihwlab.widgets import TrainingComparison, Way
from aihwlab.widgets.training_comparison import HARDWARE, CountedRun, with_write_noise
from tests.widgets.test_training import TEST, TRAIN, build

WAYS = {'fine': Way(IdealizedPreset, 0.1), 'mixed': Way(MixedPrecisionReRamSBPreset, 0.05), 'exact': Way(
    FloatingPointRPUConfig, 0.1)}


@pytest.fixture
def comparison():
    return TrainingComparison(build, TRAIN, TEST, WAYS, batches=50, tests=3)


def test_opening_state_tells_what_to_do(comparison):
    assert 'press Start' in comparison.status.value and comparison.result is None
    assert not comparison.start_button.disabled and comparison.stop_button.disabled


def test_all_of_them_learn_on_the_same_images(comparison):
    result = comparison.run()
    assert list(result.runs) == list(WAYS) and result.done == result.total == 3 * 20
    for run, loss, accuracy in zip(result.runs.values(), comparison.view.losses, comparison.view.accuracies):
        assert len(run.losses) == 20 == len(loss.get_xdata())
        np.testing.assert_array_equal(accuracy.get_ydata(), 100 * np.array(run.accuracies))
    assert result.runs['fine'].accuracies[-1] > 0.9
    assert '60 of 60 batches' in comparison.text and 'fine' in comparison.text and 'mJ' in comparison.text


def test_they_take_turns(comparison):
    for number, _ in enumerate(comparison.steps()):
        done = [run.done for run in comparison.result.runs.values()]
        assert sum(done) == number + 1 and max(done) - min(done) <= 1


def test_energy_is_that_of_training_and_not_of_tests(comparison):
    runs = comparison.run().runs
    for run in runs.values():
        assert run.energies[-1] == pytest.approx(sum(work(tile.counts, HARDWARE).energy.total for tile in run.tiles))
        assert len(run.energies) == len(run.accuracies) and (np.diff(run.energies) >= 0).all()
    counts = runs['fine'].tiles[0].counts
    assert counts.products == 160  # nothing needs the gradient of the images
    assert counts.updates == 160 and counts.slots > 0
    np.testing.assert_array_equal(comparison.view.costs[0].get_xdata(), runs['fine'].energies)


def test_counting_changes_nothing_else():
    counted, plain = (kind(build, IdealizedPreset(), TRAIN, TEST, lr=0.1) for kind in (
        CountedRun, CountedRun.__mro__[1]))
    for run in (counted, plain):
        list(run.steps())
    assert counted.losses == plain.losses and counted.accuracies == plain.accuracies


def test_write_noise_reaches_all_devices():
    for preset in (ReRamSBPreset, ChoppedTTv2ReRamSBPreset, MixedPrecisionReRamSBPreset, ReRamESPreset):
        device = with_write_noise(preset(), 7.0).device
        parts = vars(device).get('unit_cell_devices') or [vars(device).get('device', device)]
        assert [part.write_noise_std for part in parts] == [7.0] * len(parts)
    assert with_write_noise(FloatingPointRPUConfig(), 7.0) == FloatingPointRPUConfig()


def test_batches_and_seed_are_those_of_the_controls(comparison):
    comparison.set(batches=50, seed=2)
    assert comparison.run().total == 60  # there are no more images
    other = comparison.result.runs['fine'].losses
    comparison.set(seed=1)
    assert comparison.run().runs['fine'].losses != other


def test_reset_and_pin(comparison):
    comparison.run()
    comparison.pin_button.click()
    assert comparison.ghosts[0].get_visible() and 'Grey: 60 of 60' in comparison.text
    comparison.reset_button.click()
    assert comparison.result is None and len(comparison.view.losses[0].get_xdata()) == 0


@pytest.mark.parametrize('ways', [{}, {str(number): WAYS['fine'] for number in range(7)}])
def test_none_and_too_many_are_refused(ways):
    with pytest.raises(ValueError, match=f'{len(ways)} ways: must be 1 to 6'):
        TrainingComparison(build, TRAIN, TEST, ways)


def test_counts_start_anew():
    run = CountedRun(build, IdealizedPreset(), TRAIN, TEST)
    assert all(tile.counts == Counts.with_pulses() for tile in run.tiles) and run.energies == []
