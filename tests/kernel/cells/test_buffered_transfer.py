"""Tiki-Taka version 2: a buffer collects reads until they are worth a step."""

import numpy as np
import pytest

from aihwlab.parameters.io import IOParameters
from aihwlab.simulator.configs import BufferedTransferCompound
from tests.kernel.cells.transfers import assert_scenario, assert_statistics, exact, parts_of, scenarios, silence, tile_of
from tests.kernel.helpers import BACKENDS, ideal_steps

READ = 0.0004
"""What each device holds, in the tests of the buffer; its steps are 0.001."""


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('name', scenarios(BufferedTransferCompound))
def test_weights_and_buffers_are_those_of_the_reference(name, backend):
    assert_scenario(name, backend)


@pytest.mark.parametrize('name', scenarios(BufferedTransferCompound, 'stochastic'))
def test_statistics_are_those_of_the_reference(name):
    assert_statistics(name)


def after_sweeps(sweeps, weight=READ, **settings):
    """Return weight and buffer of all devices after some sweeps in which the fast array does not change."""
    tile = tile_of(exact(BufferedTransferCompound, scale_transfer_lr=False, **settings))
    tile.cells.set_hidden({'hidden_weights_0': np.full((3, 4), weight)})
    tile.update(*silence(4 * sweeps), 0.1)
    (seen,), (buffer,) = (np.unique(values) for values in (parts_of(tile)[1], tile.cells.hidden()['buffered_FP_weight_0']))
    return pytest.approx(seen, abs=1e-7), pytest.approx(buffer, abs=1e-7)


@pytest.mark.parametrize('settings, sweeps, weight, buffer', [
    (dict(momentum=0.0), 2, 0.0, 0.0008), (dict(momentum=0.0), 3, 0.001, 0.0), (dict(momentum=0.0), 4, 0.001, 0.0004),
    (dict(momentum=0.5), 3, 0.001, 0.0006), (dict(momentum=0.0, forget_buffer=False), 3, 0.001, 0.0002),
    (dict(momentum=0.5, forget_buffer=False), 3, 0.001, 0.0007), (dict(momentum=0.0, thres_scale=0.5), 2, 0.001, 0.0),
    (dict(momentum=0.0, step=1.0, weight=-READ), 3, -0.001, 0.0), (dict(momentum=0.0, transfer_lr=2.0), 2, 0.001, 0.0)])
def test_steps_are_made_at_the_threshold(settings, sweeps, weight, buffer):
    assert after_sweeps(sweeps, **settings) == (weight, buffer)


def test_what_is_not_written_is_not_lost_unless_the_buffer_forgets():
    kept, buffer = after_sweeps(100, weight=0.00037, momentum=0.0, forget_buffer=False)
    assert kept.expected + buffer.expected == pytest.approx(0.037, abs=1e-6)


def test_slices_of_slow_arrays_that_count_less_take_more():
    tile = tile_of(exact(BufferedTransferCompound, gamma_vec=[1.0, 0.5], scale_transfer_lr=False, thres_scale=100.0))
    tile.cells.set_hidden({'hidden_weights_0': np.full((3, 4), READ)})
    tile.update(*silence(4), 0.1)
    np.testing.assert_allclose(tile.cells.hidden()['buffered_FP_weight_0'], 2 * READ, rtol=1e-6)


def test_noise_of_reads_averages_out_in_the_buffer():
    """600 reads of 0.001 with a noise of 0.1 are 0.6 with a spread of 2.4, and so is what buffers and weights hold."""
    device = exact(BufferedTransferCompound, scale_transfer_lr=False, forget_buffer=False, momentum=0.0, thres_scale=100.0,
                   step=100.0, transfer_forward=IOParameters(out_noise=0.1, inp_res=-1, out_res=-1),
                   unit_cell_devices=[ideal_steps(), ideal_steps()])
    device.transfer_update.desired_bl = 100
    tile = tile_of(device, (40, 30))
    tile.cells.set_hidden({'hidden_weights_0': np.full((40, 30), 0.001)})
    tile.update(*silence(600 * 30, (40, 30)), 0.1)
    total = tile.weights + tile.cells.hidden()['buffered_FP_weight_0']
    assert total.mean() == pytest.approx(0.6, abs=4.5 * 0.1 * np.sqrt(600 / 1200))
    assert np.abs(parts_of(tile)[1]).max() > 1
