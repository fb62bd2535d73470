"""Names of aihwkit: those that are missing are explained, and the lists of what is here are those that can be computed."""

import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import aihwlab
from aihwlab import compatibility
from aihwlab.aihwkit_names import LEFT_OUT, NAMES
from aihwlab.compatibility import (
    AREAS,
    END,
    LISTS,
    area_of,
    explain,
    is_here,
    left_out,
    names_by_area,
    nearest,
    with_lists,
    words,
)

ROOT = Path(__file__).parent.parent
MODULES = [holder for holder in NAMES if not holder.rpartition('.')[2][0].isupper()]
HERE = [module for module in MODULES if (ROOT / 'aihwlab' / module.replace('.', '/')).with_suffix('.py').is_file()
        or (ROOT / 'aihwlab' / module.replace('.', '/')).is_dir()]


@pytest.fixture
def absent(monkeypatch):
    """A module and a name that aihwkit has and that will never be here."""
    monkeypatch.setitem(NAMES, 'absent', ['Absent'])
    monkeypatch.setitem(NAMES, 'nn', [*NAMES['nn'], 'ChoppedAnalogLinear'])


def test_a_name_that_is_not_here_is_explained(absent):
    sentence = '^ChoppedAnalogLinear of aihwlab.nn is part of aihwkit 1.2.0, but not of aihwlab yet; nearest: AnalogLinear$'
    with pytest.raises(ImportError, match=sentence):
        from aihwlab.nn import ChoppedAnalogLinear  # noqa: F401


@pytest.mark.parametrize('statement', ['import aihwlab.absent', 'from aihwlab import absent', 'import aihwlab.absent.deeper',
                                       'from aihwlab.absent import Absent'])
def test_a_module_that_is_not_here_is_explained(absent, statement):
    with pytest.raises(ModuleNotFoundError, match=r'^aihwlab\.absent is part of aihwkit 1\.2\.0, but not of aihwlab yet$'):
        exec(statement)


@pytest.mark.parametrize('module', HERE)
def test_every_missing_name_of_a_module_is_explained(module):
    """So a module that is no package and lacks names has an empty `__path__`."""
    imported = importlib.import_module(f'aihwlab.{module}')
    for name in NAMES[module]:
        if not hasattr(imported, name):
            with pytest.raises(ImportError, match=f'^{name} of aihwlab.{module} is part of aihwkit'):
                exec(f'from aihwlab.{module} import {name}')


def test_a_misspelt_name_is_given_the_nearest():
    with pytest.raises(ImportError, match='^there is no AnalogLiner in aihwlab.nn; nearest: AnalogLinear$'):
        from aihwlab.nn import AnalogLiner  # noqa: F401
    with pytest.raises(ModuleNotFoundError, match='^there is no preset in aihwlab.simulator; nearest: presets$'):
        import aihwlab.simulator.preset  # noqa: F401


def test_a_name_like_no_other_gives_the_ordinary_error():
    with pytest.raises(ImportError, match="^cannot import name 'Whatever' from 'aihwlab.nn'"):
        from aihwlab.nn import Whatever  # noqa: F401
    with pytest.raises(ModuleNotFoundError, match="^No module named 'aihwlab.whatever'$"):
        import aihwlab.whatever  # noqa: F401


def test_only_imports_that_fail_are_changed(absent):
    from aihwlab.simulator import presets
    names = {}
    exec('from aihwlab.simulator.presets import *', names)
    assert set(presets.__all__) <= set(names)
    assert not hasattr(aihwlab, 'absent') and not hasattr(importlib.import_module('aihwlab.nn'), 'ChoppedAnalogLinear')
    assert 'absent' not in dir(aihwlab)
    assert getattr(presets, 'NoSuchPreset', None) is None
    assert pickle.loads(pickle.dumps(presets.ReRamSBPresetDevice())) == presets.ReRamSBPresetDevice()
    explain('aihwlab.simulator.presets.ReRamSBPreset')
    explain('aihwlab.not_imported.Name')


def test_other_packages_are_left_alone():
    with pytest.raises(ModuleNotFoundError, match="^No module named 'aihwlabs'$"):
        importlib.import_module('aihwlabs')


@pytest.mark.parametrize('name, expected', [
    ('TikiTakaReRamSBPreset', 'ReRamSBPreset'), ('Capacitor2Preset', 'CapacitorPreset'),
    ('SoftBoundsPmaxDevices', 'SoftBoundsDevice'), ('AnalogLiner', 'AnalogLinear'), ('AnalogRNN', ''), ('x', '')])
def test_the_nearest_name_shares_words_or_nearly_all_letters(name, expected):
    candidates = ['AnalogLinear', 'AnalogSGD', 'CapacitorPreset', 'ReRamESPreset', 'ReRamSBPreset', 'ReRamSBPresetDevice',
                  'SoftBoundsDevice', '_AnalogRNN']
    assert nearest(name, candidates) == expected
    assert nearest(name, []) == ''


@pytest.mark.parametrize('name, expected', [
    ('TikiTakaReRamSBPreset', 'Tiki Taka Re Ram SB Preset'), ('EcRam2Preset', 'Ec Ram 2 Preset'),
    ('convert_to_analog', 'convert to analog'), ('IOParameters', 'IO Parameters')])
def test_words_of_names(name, expected):
    assert words(name) == expected.split()


def test_what_is_here_is_found_in_modules_and_classes():
    assert is_here('nn', 'AnalogLinear') and is_here('nn.AnalogLinear', 'set_weights')
    assert not is_here('nn', 'Absent') and not is_here('nn.AnalogLinear', 'absent')
    assert not is_here('absent', 'Absent') and not is_here('nn.Absent', 'absent')


def test_lists_are_not_written_where_torch_is_missing(monkeypatch):
    def failing_import(name):
        raise ModuleNotFoundError("No module named 'torch'", name='torch')

    monkeypatch.setattr(compatibility, 'import_module', failing_import)
    with pytest.raises(ModuleNotFoundError, match='torch'):
        is_here('nn', 'AnalogLinear')


def test_every_name_belongs_to_an_area():
    assert {area_of(holder) for holder in NAMES} - {None} == set(AREAS)
    listed = {name for _, here, missing in names_by_area() for name in here + missing}
    assert listed | set(LEFT_OUT) == {name for names in NAMES.values() for name in names}


def test_a_name_that_is_left_out_says_why():
    """It stands in a list of its own; a name that another class has, too, is not missing."""
    with pytest.raises(ImportError, match='^BaseTile of aihwlab.simulator.tiles.base .* left out of aihwlab: a tile is an'):
        from aihwlab.simulator.tiles.base import BaseTile  # noqa: F401
    with pytest.raises(ModuleNotFoundError, match='^aihwlab.utils.legacy .* left out of aihwlab: checkpoints of aihwkit hold'):
        from aihwlab.utils.legacy import convert_legacy_checkpoint  # noqa: F401
    assert {f'| `{name}` | {reason} |' for name, reason in LEFT_OUT.items()} <= set(left_out())
    assert not {name for _, _, missing in names_by_area() for name in missing} & set(LEFT_OUT)


@pytest.mark.parametrize('file', ['README.md', 'aihwlab/DIFFERENCES.md'])
def test_lists_in_files_are_up_to_date(file):
    text = (ROOT / file).read_text(encoding='utf-8')
    assert any(begin in text for begin in LISTS) and END in text
    assert text == with_lists(text), f'run: python -m aihwlab.compatibility {file}'


def test_lists_are_written_by_a_command(tmp_path):
    file = tmp_path / 'file.md'
    file.write_text(f'before\n{next(iter(LISTS))}old\n{END}after\n', encoding='utf-8')
    subprocess.run([sys.executable, '-m', compatibility.__name__, str(file)], check=True, cwd=ROOT)
    before, *table, after = file.read_text(encoding='utf-8').splitlines()
    assert (before, after) == ('before', 'after') and 'old' not in table
    assert len(table) == (len(AREAS) + 1) // 2 + 4
    assert '| conversion of digital networks | 3 of 3 | inference: programming, drift, calibration | 26 of 26 |' in table


def test_a_summary_names_what_is_missing(monkeypatch):
    areas = [('layers', ['A', 'B'], ['C']), ('tiles', ['D'], []), ('presets', [], list('EFGHIJ'))]
    monkeypatch.setattr(compatibility, 'names_by_area', lambda: iter(areas))
    _, _, *rows = compatibility.summary()
    assert rows == ['| layers | 2 of 3 | `C` |', '| tiles | 1 of 1 | |', '| presets | 0 of 6 | `E`, `G`, `I` and 3 more |']
    assert list(compatibility.missing_names()) == ['* layers: `C`', '* presets: `E`, `F`, `G`, `H`, `I`, `J`']


@pytest.mark.parametrize('count', [1, 2, 3])
def test_areas_that_are_complete_stand_two_in_a_row(monkeypatch, count):
    monkeypatch.setattr(compatibility, 'names_by_area', lambda: iter([(f'area {n}', ['A'], []) for n in range(count)]))
    _, _, *rows = compatibility.summary()
    assert len(rows) == (count + 1) // 2 and sum(row.count('1 of 1') for row in rows) == count
    assert all(row.count('|') == 5 for row in rows)
    assert list(compatibility.missing_names()) == ['All are here.']


@pytest.mark.peer
def test_the_names_are_those_of_aihwkit():
    pytest.importorskip('aihwkit', reason='aihwkit is not installed')
    unknown = []
    for holder, names in NAMES.items():
        module, _, cls = holder.rpartition('.') if holder not in MODULES else (holder, '', '')
        found = importlib.import_module(f'aihwkit.{module}')
        unknown += [f'{holder}.{name}' for name in names if not hasattr(getattr(found, cls) if cls else found, name)]
    assert not unknown
