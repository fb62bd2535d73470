"""Which implementation runs: the arrays decide, unless one is asked for, and without Numba the reference does."""

import os
import subprocess
import sys

import numpy as np
import pytest

from aihwlab.kernel import backend, reference
from aihwlab.kernel.backend import Engine, numba_compiles, stages
from aihwlab.kernel.crossbar import product
from tests.kernel.helpers import BACKENDS, build, ideal_steps, needs_numba

ARRAY = np.zeros(2, dtype=np.float32)
CHOICE = '''
import numpy
from aihwlab.kernel.backend import stages
print(stages(numpy.zeros(2), {backend!r}).__name__)
'''
NO_NUMBA = "import sys; sys.modules['numba'] = None  # as if it were not installed"


def choice(before='', backend=None, **environment):
    """Let a fresh interpreter choose stages, after a statement and with these environment variables."""
    return subprocess.run([sys.executable, '-c', before + CHOICE.format(backend=backend)], capture_output=True, text=True,
                          env={**os.environ, **environment})


@pytest.mark.parametrize('name', BACKENDS)
def test_one_can_be_asked_for(name):
    module = 'reference' if name == 'reference' else 'compiled.stages'
    assert stages(ARRAY, name).__name__ == Engine(backend=name).stages(ARRAY).__name__ == f'aihwlab.kernel.{module}'


def test_numpy_arrays_take_the_compiled_stages_where_numba_may_compile():
    expected = 'aihwlab.kernel.compiled.stages' if numba_compiles() else 'aihwlab.kernel.reference'
    assert stages(ARRAY).__name__ == Engine().stages(ARRAY, build(ideal_steps())).__name__ == expected


@needs_numba
@pytest.mark.parametrize('name', [None, 'compiled', 'gpu'])
def test_other_arrays_take_the_stages_for_a_gpu(name, monkeypatch):
    asked = []
    monkeypatch.setattr(backend, 'find_spec', lambda package: asked.append(package) or object())
    monkeypatch.setattr(backend, 'namespace', lambda module: module)
    backend.gpu_stages.cache_clear()
    assert stages(object(), name) == 'gpu.stages' and asked == ['numba_cuda']
    backend.gpu_stages.cache_clear()
    assert stages(object(), 'reference') == 'reference'


@needs_numba
def test_a_gpu_without_numba_cuda_is_refused(monkeypatch):
    monkeypatch.setattr(backend, 'find_spec', lambda package: None)
    backend.gpu_stages.cache_clear()
    with pytest.raises(ImportError, match=r'arrays on a GPU need numba-cuda: pip install aihwlab\[gpu\], or aihwlab\[gpu12\]'):
        stages(object())


@needs_numba
def test_numpy_arrays_take_the_stages_for_a_gpu_in_the_simulator_alone():
    assert choice(backend='gpu', NUMBA_ENABLE_CUDASIM='1').stdout.strip() == 'aihwlab.kernel.gpu.stages'
    refused = choice(backend='gpu', NUMBA_ENABLE_CUDASIM='0')
    assert refused.returncode == 1 and "needs Numba's simulator, NUMBA_ENABLE_CUDASIM=1" in refused.stderr


def test_the_compiled_stages_have_the_names_of_the_reference():
    from aihwlab.kernel.compiled import stages as compiled
    assert set(compiled.__all__) == {*reference.__all__, 'can_step'}
    assert all(callable(getattr(namespace, name)) for namespace in (reference, compiled) for name in reference.__all__)


@needs_numba
def test_the_stages_for_a_gpu_have_these_names_as_well():
    from aihwlab.kernel.compiled import stages as compiled
    program = ('from aihwlab.kernel.gpu import stages\n'
               'print(*stages.__all__, *(callable(getattr(stages, name)) for name in stages.__all__))')
    finished = subprocess.run([sys.executable, '-c', program], capture_output=True, text=True,
                              env={**os.environ, 'NUMBA_ENABLE_CUDASIM': '1'})
    assert finished.stdout.split() == [*compiled.__all__, *['True'] * len(compiled.__all__)]


@pytest.mark.parametrize('name', ['numpy', 'cuda', ''])
def test_unknown_backends_are_refused(name):
    with pytest.raises(ValueError, match=f"backend = '{name}': choose 'reference', 'compiled', 'gpu' or None"):
        stages(ARRAY, name)


def test_an_engine_multiplies_by_the_reference_and_counts_nothing_unless_told():
    assert Engine() == (product, None, None)


def test_without_leave_to_compile_the_reference_runs():
    assert choice(NUMBA_DISABLE_JIT='1').stdout.strip() == 'aihwlab.kernel.reference'


def test_it_runs_for_other_arrays_as_well(monkeypatch):
    monkeypatch.setattr(backend, 'numba_compiles', lambda: False)
    assert stages(object()) is reference


def test_without_numba_the_reference_runs():
    assert choice(NO_NUMBA).stdout.strip() == 'aihwlab.kernel.reference'


def test_without_numba_compiled_stages_cannot_be_asked_for():
    finished = choice(NO_NUMBA, 'compiled')
    assert finished.returncode == 1 and 'Error: import of numba' in finished.stderr.splitlines()[-1]
