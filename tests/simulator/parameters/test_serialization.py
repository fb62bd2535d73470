"""Configurations in checkpoints: nothing is lost, nothing is pickled."""

from dataclasses import dataclass, is_dataclass

import numpy as np
import pytest

from aihwlab.exceptions import TileError
from aihwlab.inference import CustomDriftPCMLikeNoiseModel, NPairConductanceConverter, ReRamWan2022NoiseModel
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


@pytest.mark.parametrize('original', [
    CustomDriftPCMLikeNoiseModel({'g_lst': [0.0, 30.0], 'nu_mean_lst': [0.1, 0.0], 'nu_std_lst': [0.0, 0.0]}, g_max=30.0),
    ReRamWan2022NoiseModel({1.0: [0.5], 3600.0: [0.5, 0.25]}), NPairConductanceConverter([1.0, 2.0], g_min=1.0)],
    ids=lambda value: type(value).__name__)
def test_dictionaries_and_parameters_without_defaults_come_back(original):
    assert from_plain(through_a_file(to_plain(original))) == original


@pytest.mark.parametrize('name, saved, message', [
    ('f_lst', None, 'class NPairConductanceConverter, which cannot be made: .* missing 1 required'),
    ('f_lst', [], 'class NPairConductanceConverter, which cannot be made: .* a list of at least one factor'),
    ('g_max', {'dict': [[1.0]]}, r'rpu_config.g_max = \[\[1.0\]\] in the checkpoint: must be pairs of a key and a value'),
    ('g_max', {'dict': 1.0}, 'rpu_config.g_max = 1.0 in the checkpoint: must be pairs of a key and a value'),
    ('g_max', {'dict': [[1.0, 2.0]]}, 'must be a number')])
def test_what_cannot_be_made_is_refused(name, saved, message):
    plain = to_plain(NPairConductanceConverter([1.0]))
    plain['fields'][name] = saved
    if saved is None:
        del plain['fields'][name]
    with pytest.raises(TileError, match=message):
        from_plain(plain)
