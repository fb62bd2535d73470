"""What all devices share: what the kernel reads of each, and what cannot be set where there is no field for it."""

from dataclasses import fields

import pytest

from aihwlab.exceptions import UnknownParameterError
from aihwlab.parameters.device import Device, FloatingPointDevice, IdealDevice
from tests.kernel.helpers import PULSED, WITH_PMAX
from tests.parameters.helpers import assert_impossible

IDEAL = [IdealDevice, FloatingPointDevice]


@pytest.mark.parametrize('device', [*WITH_PMAX, *IDEAL])
def test_decay_and_diffusion_are_off_by_default(device):
    assert not device().requires_decay() and not device().requires_diffusion()
    assert device(lifetime=100.0).requires_decay() and device(diffusion=0.1).requires_diffusion()


@pytest.mark.parametrize('device', [*PULSED, *IDEAL])
def test_devices_are_their_own_description(device):
    given = device()
    assert given.resolved() is given


@pytest.mark.parametrize('device', [*WITH_PMAX, *IDEAL])
def test_the_kernel_can_read_everything_of_every_device(device):
    assert all(hasattr(device(), name) for name in Device.__annotations__)


@pytest.mark.parametrize('device', IDEAL)
def test_what_a_class_has_no_field_for_cannot_be_set(device):
    missing = set(Device.__annotations__) - {field.name for field in fields(device)}
    assert {'diffusion_dtod', 'write_noise_std', 'perfect_bias'} <= missing
    for name in missing:
        given = device()
        with pytest.raises(UnknownParameterError, match=f'{device.__name__} has no parameter {name!r}'):
            setattr(given, name, 0.1)
        with pytest.raises(TypeError, match=name):
            device(**{name: 0.1})
        assert getattr(given, name) == getattr(Device, name)


@pytest.mark.parametrize('device, field, allowed', [
    (FloatingPointDevice(lifetime=0.5), 'lifetime', '0 for no decay, or above 1'),
    (IdealDevice(reset_std=-0.1), 'reset_std', r'in \[0, inf\)'),
])
def test_impossible_values(device, field, allowed):
    assert_impossible(device, field, allowed)
