"""Presets as the reference has them."""

import json

from aihwlab.simulator import configs, presets
from tests.parameters.helpers import REFERENCE, find, plain

PRESETS = REFERENCE['preset_overrides']
DEVICES = [name for name in PRESETS if name.endswith('Device')]
CONFIGS = [name for name in PRESETS if name.endswith('Preset')]


def rebuild(name):
    """Build a preset from its base class and what the reference says is different."""
    entry = PRESETS[name]
    result = find(entry['base'])()
    for field, value in entry['overrides'].items():
        setattr(result, field, getattr(presets, value['class'])() if isinstance(value, dict) else value)
    return result


def assert_values(name):
    """Compare all fields of a preset with the reference."""
    preset = getattr(presets, name)
    assert issubclass(preset, getattr(configs, PRESETS[name]['base']))
    assert json.dumps(plain(preset())['fields'], indent=1) == json.dumps(plain(rebuild(name))['fields'], indent=1)
