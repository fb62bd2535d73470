import numpy as np

from aihwlab.kernel.pulse_response import pulse_response
from aihwlab.lessons import lenet5_training as lesson
from aihwlab.simulator.configs.devices import SoftBoundsReferenceDevice
from aihwlab.simulator.presets import EcRamPreset, ReRamSBPreset


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


def test_progress_follows():
    progress = lesson.progress()
    before = progress.count
    lesson.BETTER_CELL.check(lesson.BETTER_CELL.solved(), lambda config, seed: 60.0)
    assert progress.count == before + 1
