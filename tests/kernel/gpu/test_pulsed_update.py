"""The pulsed update on a GPU: weights of the reference after several updates, for all laws and types of pulses."""

import numpy as np
import pytest

from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.patches import Geometry, Patches, transform
from aihwlab.kernel.random import Stream
from aihwlab.kernel.update import update_weights
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import devices
from tests.kernel.gpu import strict
from tests.kernel.gpu.arrays import ENGINES, IS_SIMULATED, assert_same, on_cpu, on_gpu
from tests.kernel.helpers import PULSED_TYPES, WITH_PMAX, build, numbers

ROUNDED_BY_LIBRARIES = (devices.ExpStepDevice, devices.PowStepDevice, devices.PowStepReferenceDevice)
X, D = numbers(1, (2, 5, 3)), 0.3 * numbers(2, (2, 4, 3))


def after_updates(array, update, x=X, d=D, learning_rate=0.1):
    """Return an array after three updates by the reference, and one on the GPU after the same."""
    there = on_gpu(array)
    for operation in range(3):
        update_weights(array, x, d, learning_rate, update, Stream(1, 5 + operation), ENGINES[0])
        update_weights(there, transform(x, on_gpu), on_gpu(d), learning_rate, update, Stream(1, 5 + operation), ENGINES[1])
    return array, there


@pytest.mark.parametrize('device_class', WITH_PMAX)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
def test_all_laws_and_types_of_pulses(device_class, pulse_type):
    parameters = device_class()
    for name, value in (('write_noise_std', 2.0), ('reference_std', 0.1), ('piecewise_up', [1.5, 1.0, 0.5]),
                        ('piecewise_down', [0.5, 1.0, 1.5])):
        if name in vars(parameters):
            setattr(parameters, name, value)
    array = build(parameters, (4, 5))
    array.set_weights(0.1 * numbers(3, (4, 5)), Stream(1, 1))
    before = array.persistent.copy()
    expected, given = after_updates(array, UpdateParameters(pulse_type=pulse_type))
    assert (expected.persistent != before).mean() > 0.5
    if device_class in ROUNDED_BY_LIBRARIES:
        np.testing.assert_allclose(on_cpu(given.persistent), expected.persistent, atol=2e-6)
        np.testing.assert_allclose(on_cpu(given.visible), expected.visible, atol=2e-6)
    else:
        assert_same(expected.persistent, given.persistent)
        assert_same(expected.visible, given.visible)


@pytest.mark.parametrize('settings', [dict(res=0.2, sto_round=True), dict(update_bl_management=False, update_management=False),
                                      dict(desired_bl=1), dict(desired_bl=100)])
def test_settings(settings):
    expected, given = after_updates(build(devices.LinearStepDevice(), (4, 5)), UpdateParameters(**settings))
    assert_same(expected.persistent, given.persistent)
    assert (expected.persistent != 0).any()


def test_patches():
    x = Patches(numbers(1, (2, 2, 3, 4)), Geometry((2, 2), (1, 1), (1, 1)))
    expected, given = after_updates(build(devices.SoftBoundsDevice(), (3, 8)), UpdateParameters(), x, numbers(2, (2, 3, 6)))
    assert_same(expected.persistent, given.persistent)


def test_nothing_happens_for_vectors_of_zeros_or_no_vectors():
    for x, d in ((np.zeros_like(X), D), (X, np.zeros_like(D)), (X[:0], D[:0])):
        array = on_gpu(build(devices.SoftBoundsDevice(), (4, 5)))
        update_weights(array, on_gpu(x), on_gpu(d), 0.1, UpdateParameters(), Stream(1, 5), ENGINES[1])
        assert not on_cpu(array.persistent).any()


@pytest.mark.parametrize('bad', [np.nan, np.inf])
@pytest.mark.parametrize('side', [0, 1])
@pytest.mark.parametrize('pulse_type', [PulseType.STOCHASTIC_COMPRESSED, PulseType.MEAN_COUNT])
def test_values_that_are_not_finite_are_refused_before_anything_changes(bad, side, pulse_type):
    vectors = [X.copy(), D.copy()]
    vectors[side][1, 2, 1] = bad
    array = on_gpu(build(devices.SoftBoundsDevice(), (4, 5)))
    with pytest.raises(ValueError, match='NaN or infinite values in the inputs or gradients'):
        update_weights(array, *map(on_gpu, vectors), 0.1, UpdateParameters(pulse_type=pulse_type), Stream(1, 5), ENGINES[1])
    assert not on_cpu(array.persistent).any()


@pytest.mark.parametrize('pulse_type', [PulseType.STOCHASTIC_COMPRESSED, PulseType.MEAN_COUNT])
def test_an_update_waits_for_the_gpu_once(pulse_type):
    if not IS_SIMULATED:
        pytest.skip('only strict arrays count')
    array, x, d = on_gpu(build(devices.SoftBoundsDevice(), (4, 5))), on_gpu(X), on_gpu(D)
    before = strict.waits
    update_weights(array, x, d, 0.1, UpdateParameters(pulse_type=pulse_type), Stream(1, 5), ENGINES[1])
    assert strict.waits - before == 1


@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
def test_pulses_are_counted(pulse_type):
    array, update, counts = build(devices.SoftBoundsDevice(), (4, 5)), UpdateParameters(pulse_type=pulse_type), []
    there = on_gpu(array)
    for changed, engine, move in zip((array, there), ENGINES, (np.asarray, on_gpu)):
        counts.append(Counts.with_pulses())
        update_weights(changed, move(X), move(D), 0.1, update, Stream(1, 5), engine._replace(counts=counts[-1]))
    assert counts[0] == counts[1]


TWO = [devices.SoftBoundsDevice(), devices.SoftBoundsDevice()]
KINDS = [devices.VectorUnitCell(unit_cell_devices=[devices.SoftBoundsDevice(), devices.ConstantStepDevice()]),
         devices.ReferenceUnitCell(unit_cell_devices=TWO),
         devices.OneSidedUnitCell(unit_cell_devices=[devices.SoftBoundsDevice(w_min=0.0)], refresh_every=2),
         devices.TransferCompound(unit_cell_devices=TWO, transfer_every=1),
         devices.BufferedTransferCompound(unit_cell_devices=TWO),
         devices.ChoppedTransferCompound(unit_cell_devices=TWO, in_chop_prob=0.5),
         devices.DynamicTransferCompound(unit_cell_devices=[devices.SoftBoundsDevice(), devices.SoftBoundsReferenceDevice()],
                                         in_chop_prob=0.5),
         devices.MixedPrecisionCompound(device=devices.SoftBoundsDevice())]


@pytest.mark.parametrize('parameters', KINDS, ids=lambda parameters: type(parameters).__name__)
def test_compound_cells(parameters):
    """Arithmetic that these leave to the reference is NumPy's in the simulator, and CuPy's on a GPU."""
    cells = [build_cells(parameters.resolved(), (4, 5), Stream(2, 0)) for _ in range(2)]
    cells[1] = cells[1].map(on_gpu)
    for operation in range(3):
        for changed, engine, move in zip(cells, ENGINES, (np.asarray, on_gpu)):
            changed.update(move(X), move(D), 0.1, UpdateParameters(), Stream(2, 1 + operation), engine)
    np.testing.assert_allclose(cells[0].weights, on_cpu(cells[1].weights), atol=1e-5)
    assert cells[0].weights.any()
