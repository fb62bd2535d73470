import numpy as np
import pytest
from scipy.optimize import brentq

from aihwlab.kernel.learning import learn
from aihwlab.kernel.pulse_response import balance
from aihwlab.lessons import training_on_imperfect_devices as lesson
from aihwlab.physics.energy import TECHNOLOGIES
from aihwlab.simulator.presets import ReRamSBPreset
from aihwlab.widgets import SymmetryPointExplorer
from aihwlab.widgets.one_weight import (
    BATCHES,
    BUFFERED,
    CHOPPED,
    CHOPPER,
    EXAMPLES,
    MIXED,
    SGD,
    TARGET,
    TIKI_TAKA,
    cells,
    settings_of,
)
from aihwlab.widgets.two_weights import TARGET as TARGETS
from aihwlab.widgets.two_weights import loss, paths
from tests.lessons.prose import markdown, says, tasks
from tests.lessons.test_lenet5_training import one_thread  # noqa: F401 (a fixture)

SAID, MEANT = markdown('05_training_on_imperfect_devices'), tasks(lesson)


# -- exercises and what the kernel does


@pytest.mark.parametrize('share, asymmetry', [(0.5, 0.4), (0.75, 0.4), (0.3, -0.4)])
def test_balance_is_where_simulated_pulses_cancel(share, asymmetry):
    """With a negative asymmetry steps up are the smaller ones, and all has the other sign."""
    explorer = SymmetryPointExplorer(order='at random', share=int(100 * share), up_down=asymmetry)
    solved = lesson.BALANCE.solved()
    expected = solved(share, asymmetry) if asymmetry > 0 else -solved(1 - share, -asymmetry)
    assert balance(explorer.result.step, share) == pytest.approx(expected, abs=1e-3)


def settled(algorithm, noise=1.0, lr=0.02, batches=BATCHES, seeds=12, **settings):
    """Return the weight of the last third of the batches: the mean over seeds, its standard error, and each of them."""
    given = dict(up_down=0.4, states=100.0, write_noise=0.0, rate=None, zero=None) | settings_of(algorithm) | settings
    device, inputs = cells(algorithm, **given), np.ones((batches, EXAMPLES, 1))
    runs = np.array([learn(device, inputs, np.array([TARGET]), noise, lr, seed).weights[-batches // 3:].mean()
                     for seed in range(1, seeds + 1)])
    return runs.mean(), runs.std() / seeds ** 0.5, runs


def expected(asymmetry, noise=1.0):
    """Return the weight at which pulses up and down of SGD cancel."""
    up, down = min(1, 1 + asymmetry), min(1, 1 - asymmetry)
    return brentq(lambda w: (noise - w + TARGET) * up * (1 - w) - (noise + w - TARGET) * down * (1 + w), -1, 1)


@pytest.mark.parametrize('asymmetry', [0.4, 0.0, -0.4])
def test_sgd_settles_where_pulses_cancel(asymmetry):
    mean, error, _ = settled(SGD, up_down=asymmetry)
    assert error < 0.015 and abs(mean - expected(asymmetry)) < 4 * error
    if asymmetry == 0:
        assert expected(0) == pytest.approx(lesson.SETTLES.solved()(TARGET, 1.0))


def test_patience_does_not_help():
    fast, slow = settled(SGD, seeds=8), settled(SGD, lr=0.004, batches=5 * BATCHES, seeds=8)
    assert abs(fast[0] - slow[0]) < 4 * np.hypot(fast[1], slow[1]) and slow[0] < TARGET - 0.08


def test_the_buffer_of_the_exercise_is_that_of_the_kernel():
    """Without noise in devices and reads, and without writes that saturate."""
    collect = lesson.BUFFER.solved()
    course = learn(cells(BUFFERED, 0.0, 100.0, 0.0, 0.0, 0.1), np.ones((20, EXAMPLES, 1)), np.array([TARGET]), 1.0, 0.02)
    buffer = 0.0
    for reading, kept in zip(course.arrays[1:, 0, 0], course.digital[1:, 0]):
        _, buffer = collect(buffer, float(reading), 0.1, 0.02)
        assert kept == pytest.approx(buffer, abs=1e-4)


# -- what is said


def test_what_is_said_about_the_symmetry_point():
    explorer = SymmetryPointExplorer()
    says(MEANT, 'Below {} a pair of pulses leaves a step up', explorer.result.point)
    explorer.set(up_down=-0.4)
    lower = explorer.result.point
    explorer.set(up_down=0.0)
    says(SAID, 'At {}, and at {}: smaller steps *up* move the point down', explorer.result.point, lower)
    explorer.set(up_down=0.4, order='at random', share=75)
    says(SAID, 'With 75 % of them up, they meet higher, at {} for an asymmetry of {}', explorer.result.point, 0.4)
    explorer.set(order='in turn', states=500.0)
    assert np.ptp(explorer.result.weights[-1]) > 0.2
    explorer.set(states=20.0)
    assert np.ptp(explorer.result.weights[120]) < 0.5


def test_what_is_said_about_sgd():
    says(SAID, 'where it settles at {}; the symmetry point', expected(0))
    says(SAID, '{} at an asymmetry of {}, and {} at {}', expected(0.4), 0.4, expected(-0.4), -0.4)
    assert settled(SGD, noise=0.0, seeds=2)[0] == pytest.approx(TARGET, abs=0.02)


def test_what_is_said_about_tiki_taka():
    mean, error, _ = settled(TIKI_TAKA)
    assert error < 0.015 and abs(mean - TARGET) < 0.03
    assert settled(TIKI_TAKA, rate=0.01)[0] < TARGET / 2          # less than half of the way
    coarse = settled(TIKI_TAKA, states=10.0)
    assert abs(coarse[0] - TARGET) < 4 * coarse[1] and abs(coarse[2] - TARGET).max() > 0.1
    given = dict(up_down=0.4, states=100.0, write_noise=0.0, zero=0.0)
    swing, calm = (learn(cells(TIKI_TAKA, **given, rate=0.1), np.ones((BATCHES, EXAMPLES, 1)), np.array([TARGET]), noise,
                         0.02).weights.max() for noise in (0.0, 1.0))
    assert swing > TARGET + 0.1 and swing > calm + 0.05
    restless, quiet = (learn(cells(TIKI_TAKA, **given, rate=rate), np.ones((BATCHES, EXAMPLES, 1)), np.array([TARGET]), 1.0,
                             0.02).weights[-16:].std() for rate in (1.0, 0.1))
    assert restless > 3 * quiet


def test_what_is_said_about_a_wrong_zero():
    above, below = (settled(TIKI_TAKA, zero=zero)[0] - TARGET for zero in (0.2, -0.2))
    assert above == pytest.approx(0.15, abs=0.03) and below == pytest.approx(-0.2, abs=0.03)
    for zero in (0.2, -0.2):
        assert settled(CHOPPED, zero=zero)[0] == pytest.approx(0.4, abs=0.05)
    says(SAID, 'after every eight reads')
    assert CHOPPER == 8


def test_what_is_said_about_two_weights():
    given = dict(up_down=0.4, states=100.0, noise=0.7, lr=0.02, seed=1)
    result = paths(TIKI_TAKA, rate=0.1, moment=0, **given)
    sgd, other = loss(result.sgd), loss(result.other)
    assert sgd[6] < other[6] and (other[len(other) // 3:] < sgd[len(other) // 3:]).all()
    says(MEANT, 'and ({}, {}) is its lowest point', *TARGETS)
    assert loss(result.sgd[-10:].mean(axis=0)) > 5 * loss(paths(MIXED, rate=None, moment=0, **given).other[-10:].mean(axis=0))


def test_what_is_said_about_energy():
    modern = TECHNOLOGIES['7 nm']
    says(MEANT, 'one multiplication takes {} pJ and one addition {} pJ', 1e12 * modern.multiply['fp32'],
         1e12 * modern.add['fp32'])
    assert lesson.DIGITAL_SUM.solved() == pytest.approx(1600 * 1_116_416 * modern.mac('fp32'))


def test_what_is_said_about_write_noise():
    device = ReRamSBPreset().device
    says(SAID, 'throws the weight that is read by {}', device.write_noise_std * device.dw_min)
    says(MEANT, 'with a write noise of {} steps', device.write_noise_std)


# -- configurations and the challenge


@pytest.mark.parametrize('algorithm', lesson.ALGORITHMS)
def test_all_algorithms_run_on_the_same_devices(algorithm):
    config = lesson.configuration(algorithm)
    config.validate()
    own = vars(config.device)
    slow = own['unit_cell_devices'][-1] if 'unit_cell_devices' in own else own.get('device', config.device)
    assert slow.dw_min == ReRamSBPreset().device.dw_min and config.mapping.weight_scaling_omega == 0.6


def test_a_noisier_cell_is_trained_with_three_seeds():
    seen = []
    report = lesson.NOISIER.examine(lesson.NOISIER.solved(), lambda config, seed: seen.append(
        (config.device.device.write_noise_std, seed)) or 60.0)
    assert report.passed and seen == [(60, 1), (60, 2), (60, 3)]
    assert not lesson.NOISIER.examine(lesson.NOISIER.solved(), lambda config, seed: 50.0).passed
    other = lesson.NOISIER.solved()
    other.mapping.weight_scaling_omega = 0.8
    assert '`config.mapping.weight_scaling_omega` is 0.8 instead of 0.6' in repr(lesson.NOISIER.examine(other, None))


@pytest.mark.slow
@pytest.mark.usefixtures('one_thread')
def test_who_learns_first():
    from aihwlab.datasets import load_mnist
    from aihwlab.widgets import TrainingComparison, Way
    from tests.lessons.test_lenet5_training import build
    ways = {name: Way(lambda name=name: lesson.configuration(name), 0.05) for name in lesson.ALGORITHMS}
    runs = TrainingComparison(build, *load_mnist(source='bundled'), ways, batches=200, tests=4).run().runs
    half = {name: next((batch for batch, accuracy in zip(run.tested, run.accuracies) if accuracy > 0.5), np.inf)
            for name, run in runs.items()}
    assert min(half, key=half.__getitem__) == 'mixed precision' and half['mixed precision'] < np.inf
    # The digital sum takes more energy than all crossbars together.
    assert runs['mixed precision'].energies[-1] < 8 * 200 * 1_116_416 * 1.69e-12


def test_progress_follows():
    progress = lesson.progress()
    before = progress.count
    lesson.NOISIER.check(lesson.NOISIER.solved(), lambda config, seed: 60.0)
    assert progress.count == before + 1
