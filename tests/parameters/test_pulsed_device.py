"""What all pulsed devices have in common: which values are impossible for each of them."""

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.drift import DriftParameter
from aihwlab.parameters.pulsed_device import PulsedDevice
from tests.kernel.helpers import PULSED, WITH_PMAX


@pytest.mark.parametrize('device', WITH_PMAX)
@pytest.mark.parametrize('field, value, allowed', [
    ('construction_seed', -1, r'in \[0, 18446744073709551615\]'), ('corrupt_devices_prob', 1.1, r'in \[0, 1\]'),
    ('corrupt_devices_range', -0.1, r'in \[0, inf\)'), ('diffusion', -0.1, r'in \[0, inf\)'),
    ('lifetime', -1.0, r'in \[0, inf\)'), ('lifetime', 0.5, '0 for no decay, or above 1'),
    ('lifetime', 1.0, '0 for no decay, or above 1'), ('count_pulses', True, 'False: a device does not count its own pulses'),
])
def test_impossible_values_of_all_pulsed_devices(device, field, value, allowed):
    with pytest.raises(ConfigError, match=rf'{device.__name__}\.{field} = {value}: must be {allowed}'):
        device(**{field: value}).validate()


@pytest.mark.parametrize('device', PULSED)
@pytest.mark.parametrize('values, field, allowed', [
    ({'dw_min': 0.0}, 'dw_min', r'in \(0, inf\)'), ({'dw_min': -0.001}, 'dw_min', r'in \(0, inf\)'),
    ({'w_max': -0.1}, 'w_max', r'in \[0, inf\)'), ({'w_min': 0.1}, 'w_min', r'in \(-inf, 0\]'),
    ({'w_max': 0.0, 'w_min': 0.0}, 'w_max', r'above w_min = 0\.0'),
    ({'drift': DriftParameter(nu=0.1, t_0=0.0)}, r'drift\.t_0', r'in \(0, inf\)'),
])
def test_impossible_steps_and_bounds(device, values, field, allowed):
    with pytest.raises(ConfigError, match=rf'{device.__name__}\.{field} = .*: must be {allowed}'):
        device(**values).validate()


def test_the_base_class_names_no_law():
    assert not hasattr(PulsedDevice, 'law') and all(hasattr(device, 'law') for device in WITH_PMAX)
