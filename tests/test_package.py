"""The package as a whole: what an import costs, which way imports point, and what is shipped."""

import ast
import importlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import aihwlab

PACKAGE = Path(aihwlab.__file__).parent
ROOT = Path(__file__).parent.parent
GUIDE = ROOT / '.github' / 'CONTRIBUTING.md'
MODULES = sorted(PACKAGE.rglob('*.py'))

# From the bottom up: each part of the package, a folder or a module, and the other parts that it may import from.
# All may import the errors and the version.
GROUND = ['parameters', 'kernel/namespace', 'kernel/random', 'kernel/counts', 'kernel/conductance', 'kernel/laws',
          'kernel/devices']
COMPUTING = [*GROUND, 'kernel', 'kernel/backend', 'kernel/mvm', 'kernel/update']
PROGRAMMED = ['inference/model', 'inference/arrays', 'inference/converter', 'inference/noise', 'inference/compensation']
LAYERS = {
    'exceptions': [],
    'simulator': [],
    'parameters': [],
    'kernel/namespace': [],
    'kernel/random': ['kernel/namespace'],
    'kernel/counts': [],
    'kernel/conductance': ['parameters', 'kernel/namespace', 'kernel/random'],
    'kernel/laws': ['parameters', 'kernel/namespace'],
    'kernel/devices': ['parameters', 'kernel/namespace', 'kernel/random', 'kernel/laws'],
    'kernel': GROUND,
    'kernel/compiled': [*GROUND, 'kernel'],
    'kernel/gpu': [*GROUND, 'kernel', 'kernel/compiled'],
    'kernel/backend': [*GROUND, 'kernel', 'kernel/compiled', 'kernel/gpu'],
    'kernel/mvm': [*GROUND, 'kernel', 'kernel/backend'],
    'kernel/update': [*GROUND, 'kernel', 'kernel/backend'],
    'kernel/pulse_response': [*GROUND, 'kernel/backend'],
    'kernel/cells': COMPUTING,
    'kernel/tile': [*COMPUTING, 'kernel/cells'],
    'kernel/learning': [*COMPUTING, 'kernel/tile'],
    'kernel/network': [*COMPUTING, 'kernel/tile'],
    'physics': COMPUTING,
    'extension': ['parameters'],
    'inference/model': ['parameters'],
    'inference/arrays': ['kernel/random'],
    'inference/converter': ['parameters', 'kernel/conductance', 'inference/model', 'inference/arrays'],
    'inference/noise': ['parameters', 'kernel/conductance', 'inference/model', 'inference/arrays', 'inference/converter'],
    'inference/compensation': ['inference/model'],
    'simulator/rpu_base': [],
    'simulator/noise_models': PROGRAMMED,
    'simulator/parameters': ['parameters'],
    'simulator/digital_low_precision': ['parameters', 'simulator/parameters'],
    'simulator/tiles': [*COMPUTING, 'kernel/tile', 'kernel/compiled', *PROGRAMMED, 'simulator/parameters',
                        'simulator/digital_low_precision'],
    'simulator/configs/devices': ['parameters', 'kernel/laws'],
    'simulator/configs': ['parameters', 'kernel/laws', *PROGRAMMED, 'simulator/parameters', 'simulator/configs/devices',
                          'simulator/tiles'],
    'simulator/presets': ['parameters', 'kernel/laws', *PROGRAMMED, 'simulator/parameters', 'simulator/configs/devices',
                          'simulator/configs'],
    'linalg': ['simulator/parameters', 'simulator/tiles'],
    'optim': ['simulator/tiles'],
    'inference': ['parameters', *PROGRAMMED, 'simulator/digital_low_precision', 'simulator/tiles'],
    'nn': ['parameters', 'kernel', 'inference', 'simulator/parameters', 'simulator/digital_low_precision', 'simulator/configs',
           'simulator/tiles'],
    'datasets': [],
    'models': ['parameters', 'simulator/configs', 'optim', 'nn', 'datasets'],
    'lessons': ['physics', 'parameters', 'simulator/configs/devices', 'simulator/configs', 'simulator/presets'],
    'widgets': ['parameters', 'kernel', 'kernel/random', 'kernel/counts', 'kernel/pulse_response', 'kernel/learning',
                'kernel/network', 'physics', 'simulator/configs/devices', 'simulator/configs', 'simulator/presets', 'optim',
                'nn', 'datasets', 'models'],
    'teaching': ['lessons'],
    'site': ['lessons', 'widgets', 'teaching'],
    'utils': ['parameters', 'kernel/random', 'kernel/cells', 'kernel/pulse_response', 'physics', 'inference/converter',
              'inference', 'simulator/configs', 'simulator/presets', 'simulator/tiles', 'nn', 'widgets'],
    'experiments': [],
    'experiments/experiments': ['parameters', 'inference', 'simulator/tiles', 'optim', 'nn'],
    'experiments/runners': ['parameters', 'experiments/experiments'],
}
FREE_OF_TORCH = ('parameters', 'kernel', 'simulator/parameters', 'simulator/configs/devices', 'simulator/presets/devices',
                 'physics', 'lessons', 'teaching', 'site', 'experiments/sweeps', 'widgets/explorer',
                 'widgets/device_response')

MIRRORED = ('kernel', 'parameters', 'simulator', 'utils')
"""Parts of the package whose modules have a file of tests each, in the same place under `tests`."""

TOP_LEVEL = {'pyproject.toml', 'README.md', 'LICENSE', 'CHANGELOG.md', 'CITATION.cff', 'aihwlab', 'notebooks', 'img', 'tests'}
"""All that the root of the repository holds, beside names that start with a dot."""


def name_of(path):
    """Return the dotted name of a module of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix('').parts
    return '.'.join(parts[:-1] if parts[-1] == '__init__' else parts)


def layer_of(name):
    """Return the part of the package that a module belongs to: of several that contain it, the smallest."""
    return max((layer for layer in LAYERS if is_inside(name, layer)), key=len)


def is_inside(name, part):
    return f'{name}.'.startswith(f'aihwlab.{part.replace("/", ".")}.')


def imports_of(path):
    """Return the dotted names that a module's import statements load, wherever in the module they stand."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f'{path}: a relative import'
            submodules = [f'{node.module}.{alias.name}' for alias in node.names]
            names += [name if is_module(name) else node.module for name in submodules]
    return names


def is_module(name):
    path = PACKAGE.parent.joinpath(*name.split('.'))
    return path.is_dir() or path.with_suffix('.py').is_file()


def loaded_by(statement):
    """Return the names of the modules that a fresh interpreter has loaded after a statement."""
    program = f'import sys\n{statement}\nprint(*sys.modules)'
    command = [sys.executable, '-c', program]
    return set(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=PACKAGE.parent).stdout.split())


def test_importing_the_package_loads_nothing_but_itself():
    ours = {name for name in loaded_by('import aihwlab') - loaded_by('pass') if not name.startswith('_')}
    assert ours == {'aihwlab'}


@pytest.mark.slow
@pytest.mark.parametrize('part', FREE_OF_TORCH)
def test_what_is_said_to_do_without_torch_does(part):
    names = [name for name in map(name_of, MODULES) if is_inside(name, part)]
    assert names
    loaded = loaded_by('import ' + ', '.join(names))
    assert loaded >= set(names)
    assert not loaded & {'torch', 'torchvision'}


@pytest.mark.parametrize('name', ['kernel.mvm', 'kernel.update', 'simulator.configs.devices'])
def test_arithmetic_loads_no_graphics(name):
    assert not loaded_by(f'import aihwlab.{name}') & {'matplotlib', 'ipywidgets', 'cupy'}


@pytest.mark.parametrize('name', [name_of(path) for path in MODULES])
def test_every_module_can_be_imported_and_says_what_it_is(name):
    module = importlib.import_module(name)
    source = Path(module.__file__).read_text(encoding='utf-8')
    assert module.__doc__ or not source.strip()


def test_the_layers_are_in_order():
    order = list(LAYERS)
    for layer, below in LAYERS.items():
        assert all(order.index(other) < order.index(layer) for other in below)


@pytest.mark.parametrize('path', [path for path in MODULES if path.parent != PACKAGE], ids=name_of)
def test_imports_point_down(path):
    layer = layer_of(name_of(path))
    ours = {name for name in imports_of(path) if name.startswith('aihwlab.')}
    assert {layer_of(name) for name in ours} <= {layer, 'exceptions', *LAYERS[layer]}, ours


def is_face(path):
    """Return whether a module only shows what stands elsewhere: a docstring, imports, `__all__`, `__path__`, nothing more."""
    return all(isinstance(node, (ast.Import, ast.ImportFrom))
               or isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
               or isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == '__all__'
               or isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == '__path__'
               for node in ast.parse(path.read_text(encoding='utf-8')).body)


def test_modules_have_their_tests_in_the_same_place():
    modules = [path for path in MODULES if any(is_inside(name_of(path), part) for part in MIRRORED)]
    tested = [path for path in modules if path.name != '__init__.py' and not is_face(path)]
    mirrors = [path.relative_to(PACKAGE).with_name(f'test_{path.name}') for path in tested]
    assert len(mirrors) > 60 and not [str(mirror) for mirror in mirrors if not (ROOT / 'tests' / mirror).is_file()]


def test_the_version_is_one_that_pip_understands():
    assert re.fullmatch(r'\d+\.\d+\.\d+', aihwlab.__version__)


def test_the_version_is_the_same_everywhere():
    version, = re.findall(r'^version: (.*)$', (ROOT / 'CITATION.cff').read_text(encoding='utf-8'), re.MULTILINE)
    newest = re.findall(r'^## (\S+)', (ROOT / 'CHANGELOG.md').read_text(encoding='utf-8'), re.MULTILINE)[0]
    assert version == newest == aihwlab.__version__


def test_type_checkers_are_told_that_the_package_has_types():
    assert (PACKAGE / 'py.typed').is_file()


def test_the_root_of_the_repository_holds_what_it_should():
    git = shutil.which('git')
    if git is None or not (ROOT / '.git').exists():
        pytest.skip('not a clone, or no git')
    files = subprocess.run([git, '-c', f'safe.directory={ROOT}', 'ls-files'], stdout=subprocess.PIPE, text=True, check=True,
                           cwd=ROOT).stdout.splitlines()
    names = {file.split('/')[0] for file in files}
    assert {name for name in names if not name.startswith('.')} == TOP_LEVEL


def test_the_floors_in_the_guide_for_contributors_are_those_of_the_layers():
    """All but `simulator` itself, which is the name of a folder."""
    table = re.findall(r'^\| (`[^|]*) \|', GUIDE.read_text(encoding='utf-8'), re.MULTILINE)
    assert re.findall(r'`([^`]*)`', ' '.join(table)) == [layer for layer in LAYERS if layer != 'simulator']


def test_files_and_functions_in_the_guide_for_contributors_exist():
    text = GUIDE.read_text(encoding='utf-8')
    paths = set(re.findall(r'\b(?:aihwlab|notebooks|tests)/[\w/.]*\w', text))
    assert paths and not [path for path in sorted(paths) if not (ROOT / path).exists()]
    for path, name in re.findall(r'^\d\. `(aihwlab/\S*)`: `(\w+)`', text, re.MULTILINE):
        assert re.search(rf'^ *(def|class) {name}\b', (ROOT / path).read_text(encoding='utf-8'), re.MULTILINE), name
