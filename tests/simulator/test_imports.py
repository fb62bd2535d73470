"""What can be imported from the folders of the simulator, in which order, and at which cost."""

import subprocess
import sys

import pytest

from aihwlab.simulator import configs, parameters, presets
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.presets import compounds as preset_compounds
from aihwlab.simulator.presets import configs as preset_configs
from aihwlab.simulator.presets import devices as preset_devices
from aihwlab.simulator.presets import inference as preset_inference
from aihwlab.simulator.presets import utils
from tests.parameters.helpers import REFERENCE, names_in

PRESETS = REFERENCE['preset_overrides']


@pytest.mark.parametrize('module', ['parameters', 'configs', 'configs.devices', 'presets', 'presets.devices'])
def test_parameters_do_not_need_torch(module):
    code = f'import sys, aihwlab.simulator.{module}; assert "torch" not in sys.modules'
    subprocess.run([sys.executable, '-c', code], check=True)


@pytest.mark.slow
@pytest.mark.parametrize('first', ['simulator.configs.configs', 'simulator.tiles', 'simulator.presets.configs', 'nn'])
def test_any_module_may_be_imported_first(first):
    subprocess.run([sys.executable, '-c', f'import aihwlab.{first}'], check=True)


def test_star_import_gives_everything():
    names = {}
    exec('from aihwlab.simulator.configs import *', names)
    expected = {*REFERENCE['enums'], *names_in('configs'), *names_in('parameters')}
    assert expected <= set(names) and expected <= set(dir(configs))


def test_legacy_module_has_the_parameters():
    from aihwlab.simulator.configs import utils
    assert all(getattr(utils, name) is getattr(parameters, name) for name in parameters.__all__)


def test_presets_are_exported():
    names = {}
    exec('from aihwlab.simulator.presets import *', names)
    assert set(PRESETS) <= set(names) and set(PRESETS) <= set(dir(presets))
    modules = preset_configs, preset_compounds, preset_devices, preset_inference, utils
    assert set(presets.__all__) == {name for module in modules for name in module.__all__}
    assert isinstance(preset_configs.ReRamESPreset(), SingleRPUConfig)


@pytest.mark.parametrize('module, name', [(configs, 'DoubleRPUConfig'), (presets, 'GraphenePreset')])
def test_unknown_names_are_no_attributes(module, name):
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
        getattr(module, name)
