"""Configurations in checkpoints: nothing is lost, nothing is pickled."""

from dataclasses import dataclass, is_dataclass

import numpy as np
import pytest

from aihwlab.exceptions import TileError
from aihwlab.simulator import configs, presets
from aihwlab.simulator.configs import ConstantStepDevice, FloatingPointRPUConfig, IOParameters, SingleRPUConfig
from aihwlab.simulator.parameters.serialization import from_plain, to_plain
from tests.networks import through_a_file

CLASSES = [getattr(module, name) for module in (configs, presets) for name in module.__all__]
OBJECTS = [cls() for cls in dict.fromkeys(CLASSES)
           if is_dataclass(cls) and cls.__name__ not in ('RPUConfigBase', 'MappableRPU', 'PrePostProcessingRPU',
                                                         'IOManagedRPUConfig')]


@pytest.mark.parametrize('original', OBJECTS, ids=lambda value: type(value).__name__)
def test_defaults_come_back(original):
    loaded = from_plain(through_a_file(to_plain(original)))
    assert type(loaded) is type(original) and loaded == original


def test_changes_come_back():
    config = presets.ReRamSBPreset()
    config.forward.out_noise, config.runtime.offload_input = 0.5, True
    config.pre_post.input_range.calibration_info = 'max'
    loaded = from_plain(through_a_file(to_plain(config)))
    assert loaded == config and loaded.runtime == config.runtime


def test_numbers_of_numpy_come_back():
    device = ConstantStepDevice(dw_min=np.float32(0.25), construction_seed=np.int64(3))
    loaded = from_plain(through_a_file(to_plain(device)))
    assert loaded == device and type(loaded.dw_min) is float and type(loaded.construction_seed) is int


def test_tile_classes_stay_with_the_model():
    assert 'tile_class' not in to_plain(FloatingPointRPUConfig())['fields']


def test_unknown_class_becomes_its_base_class():
    @dataclass
    class Mine(SingleRPUConfig):
        pass

    plain = to_plain(Mine(forward=IOParameters(out_noise=0.5)))
    plain['class'][0] = 'Yours'
    loaded = from_plain(plain)
    assert type(loaded) is SingleRPUConfig and loaded.forward.out_noise == 0.5


def test_unknown_class_without_known_base_class_raises():
    with pytest.raises(TileError, match='configuration of class Yours, which is not known here'):
        from_plain({'class': ['Yours'], 'fields': {}})
