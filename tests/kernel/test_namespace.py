"""Which array library answers: NumPy for its arrays, CuPy for its own, none for a mixture or anything else."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from aihwlab.kernel.namespace import array_namespace


class CupyArray:
    """What stands for an array of CuPy here, where there may be no GPU."""


@pytest.fixture
def cupy(monkeypatch):
    stand_in = SimpleNamespace(ndarray=CupyArray)
    monkeypatch.setitem(sys.modules, 'cupy', stand_in)
    return stand_in


def test_arrays_and_scalars_of_numpy_belong_to_numpy():
    assert array_namespace() is array_namespace(np.zeros(2)) is array_namespace(np.float32(1), np.zeros((2, 2))) is np


def test_arrays_of_cupy_belong_to_cupy(cupy):
    assert array_namespace(CupyArray()) is array_namespace(CupyArray(), CupyArray()) is cupy


@pytest.mark.parametrize('arrays', [(np.zeros(2), CupyArray()), (CupyArray(), np.float32(1))])
def test_a_mixture_is_refused(cupy, arrays):
    with pytest.raises(TypeError, match='NumPy and CuPy arrays cannot be mixed'):
        array_namespace(*arrays)


@pytest.mark.parametrize('other, name', [([1.0], 'builtins.list'), (1.0, 'builtins.float'), (CupyArray(), 'CupyArray')])
def test_other_arrays_are_refused_by_name(monkeypatch, other, name):
    monkeypatch.delitem(sys.modules, 'cupy', raising=False)
    with pytest.raises(TypeError, match=f'expected a NumPy or CuPy array, got .*{name}'):
        array_namespace(np.zeros(2), other)


def test_cupy_is_never_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, 'cupy', raising=False)
    array_namespace(np.zeros(2))
    assert 'cupy' not in sys.modules
