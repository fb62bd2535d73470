"""The explorer of the response of devices to pulses."""

import subprocess
import sys

import numpy as np
import pytest

from aihwlab.simulator.configs.devices import ConstantStepDevice, ExpStepDevice
from aihwlab.widgets import DeviceResponse
from aihwlab.widgets.device_response import DEVICES, settings


@pytest.fixture(scope='module')
def explorer():
    return DeviceResponse()


def test_opening_state_shows_noise_above_the_step(explorer):
    explorer.reset()
    step = explorer.result.step
    assert explorer.values['device'] == 'ReRamSB' and explorer.values['write_noise_std'] == 56
    assert explorer.result.write_noise > 30 * step.up.max() and (step.up_noise > step.up).all()
    assert 'fluctuates by 0.11, as much as 56.0 mean steps up' in explorer.text
    assert 'towards 0.00' in explorer.text


@pytest.mark.parametrize('name', DEVICES)
def test_a_device_brings_its_parameters_along(explorer, name):
    explorer.controls['device'].value = name
    assert explorer.error is None
    assert {key: explorer.values[key] for key in settings(DEVICES[name])} == settings(DEVICES[name])
    for line in (*explorer.view.devices, *explorer.view.curves):
        assert np.isfinite(line.get_ydata()).all() and len(line.get_ydata())


def test_devices_without_write_noise_have_no_such_control(explorer):
    explorer.set(device='Idealized')
    assert explorer.controls['write_noise_std'].disabled and explorer.values['write_noise_std'] is None
    explorer.set(device='ReRamES')
    assert not explorer.controls['write_noise_std'].disabled


def test_without_noise_the_mean_follows_the_law():
    device = ConstantStepDevice(dw_min=0.01, up_down_dtod=0.0, w_max_dtod=0.0, w_min_dtod=0.0)
    explorer = DeviceResponse({'constant': device}, dw_min_std=0.0, dw_min_dtod=0.0, pulses=40)
    pulse, weight = explorer.view.mean.get_data()
    np.testing.assert_allclose(weight, 0.01 * np.minimum(pulse, 80 - pulse), atol=1e-6)


def test_asymmetry_moves_the_point_of_equal_steps(explorer):
    explorer.reset()
    explorer.controls['up_down'].value = 0.4
    step = explorer.result.step
    balance = step.weight[np.abs(step.up + step.down).argmin()]
    assert balance == pytest.approx((1 - 0.6) / (1 / 1.25 + 0.6 / 0.75), abs=0.02)
    assert f'towards {balance:.1f}' in explorer.text


def test_more_noise_widens_the_band(explorer):
    explorer.reset()
    height = {}
    for noise in (1.0, 5.0):
        explorer.set(dw_min_std=noise)
        height[noise] = np.ptp(explorer.view.bands[0].get_xy()[[0, -2], 1])
    assert height[5.0] == pytest.approx(5 * height[1.0], rel=1e-4)


def test_a_device_without_steps_has_a_picture():
    explorer = DeviceResponse({'mine': ExpStepDevice(A_up=5.0, A_down=5.0, gamma_up=0.0, gamma_down=0.0)})
    assert (explorer.result.step.up == 0).all() and 'mine' in explorer.text


@pytest.mark.slow
def test_needs_no_torch():
    program = 'import sys, aihwlab.widgets; aihwlab.widgets.DeviceResponse(); assert "torch" not in sys.modules'
    subprocess.run([sys.executable, '-c', program], check=True, timeout=120)
