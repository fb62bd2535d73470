"""Which implementation runs: the arrays decide, unless one is asked for, and without Numba the reference does."""

import os
import subprocess
import sys

import numpy as np
import pytest

from aihwlab.kernel import reference
from aihwlab.kernel.backend import Engine, numba_compiles, stages
from aihwlab.kernel.crossbar import product
from tests.kernel.helpers import BACKENDS, build, ideal_steps

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


@pytest.mark.parametrize('backend', BACKENDS)
def test_one_can_be_asked_for(backend):
    name = 'reference' if backend == 'reference' else 'compiled.stages'
    assert stages(ARRAY, backend).__name__ == Engine(backend=backend).stages(ARRAY).__name__ == f'aihwlab.kernel.{name}'


def test_numpy_arrays_take_the_compiled_stages_where_numba_may_compile():
    expected = 'aihwlab.kernel.compiled.stages' if numba_compiles() else 'aihwlab.kernel.reference'
    assert stages(ARRAY).__name__ == Engine().stages(ARRAY, build(ideal_steps())).__name__ == expected


def test_other_arrays_take_the_reference():
    assert stages(object()) is stages(object(), 'compiled') is reference


def test_the_compiled_stages_have_the_names_of_the_reference():
    from aihwlab.kernel.compiled import stages as compiled
    assert set(compiled.__all__) == {*reference.__all__, 'can_step'}
    assert all(callable(getattr(namespace, name)) for namespace in (reference, compiled) for name in reference.__all__)


@pytest.mark.parametrize('backend', ['numpy', 'gpu', ''])
def test_unknown_backends_are_refused(backend):
    with pytest.raises(ValueError, match=f"backend = '{backend}': choose 'reference', 'compiled' or None"):
        stages(ARRAY, backend)


def test_an_engine_multiplies_by_the_reference_and_counts_nothing_unless_told():
    assert Engine() == (product, None, None)


def test_without_leave_to_compile_the_reference_runs():
    assert choice(NUMBA_DISABLE_JIT='1').stdout.strip() == 'aihwlab.kernel.reference'


def test_without_numba_the_reference_runs():
    assert choice(NO_NUMBA).stdout.strip() == 'aihwlab.kernel.reference'


def test_without_numba_compiled_stages_cannot_be_asked_for():
    finished = choice(NO_NUMBA, 'compiled')
    assert finished.returncode == 1 and 'Error: import of numba' in finished.stderr.splitlines()[-1]
