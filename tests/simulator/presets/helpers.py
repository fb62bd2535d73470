"""Presets as the reference has them."""

import json
import re

from aihwlab.simulator import configs, presets
from tests.parameters.helpers import REFERENCE, find, plain

PRESETS = REFERENCE['preset_overrides']
DEVICES = [name for name in PRESETS if name.endswith('Device')]
CELLS = [name for name in PRESETS if name.endswith('UnitCell')]
CONFIGS = [name for name in PRESETS if name.endswith('Preset')]


def rebuild(name):
    """Build a preset from its base class and what the reference says is different."""
    entry = PRESETS[name]
    result = find(entry['base'])()
    for path, value in entry['overrides'].items():
        *outer, last = re.findall(r'\w+', path)  # as in 'device.unit_cell_devices[0]'
        holder = result
        for part in outer:
            holder = holder[int(part)] if part.isdigit() else getattr(holder, part)
        value = made(value) if isinstance(value, dict) else value
        if last.isdigit():
            holder.insert(int(last), value)
        else:
            setattr(holder, last, value)
    return result


def made(value):
    """Return the object, or the choice, that the reference names."""
    if 'enum' in value:
        return getattr(configs, value['enum'])[value['name']]
    return getattr(presets if hasattr(presets, value['class']) else configs, value['class'])()


def assert_values(name):
    """Compare all fields of a preset with the reference."""
    preset = getattr(presets, name)
    assert issubclass(preset, find(PRESETS[name]['base']))
    assert json.dumps(plain(preset())['fields'], indent=1) == json.dumps(plain(rebuild(name))['fields'], indent=1)
