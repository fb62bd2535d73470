"""Slices of an array, looked at now and read later: what converters make of them is what they make of one-hot vectors."""

from dataclasses import replace

import numpy as np
import pytest

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.reading import Reader
from aihwlab.kernel.cells.slices import look_at, one_hot, read_looks, sees_all
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType, NoiseManagementType, WeightNoiseType
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import BACKENDS, numbers

WEIGHTS = 0.3 * numbers(1, (5, 7))
SLICES = np.array([0, 3, 4, 4, 1])
UNMANAGED = dict(noise_management=NoiseManagementType.NONE, bound_management=BoundManagementType.NONE)
NEAR = [dict(), dict(is_perfect=True, out_scale=2.0), dict(mv_type=AnalogMVType.IDEAL), dict(out_noise=0.0),
        dict(out_scale=0.5), dict(out_noise_std=0.5), dict(out_bound=0.2),
        dict(w_noise=0.1, w_noise_type=WeightNoiseType.ADDITIVE_CONSTANT), dict(out_sto_round=True, out_asymmetry=0.3),
        dict(w_noise=0.1, w_noise_type=WeightNoiseType.PCM_READ), dict(v_offset_std=0.2), dict(r_series=0.1),
        dict(out_nonlinearity=0.5, out_nonlinearity_std=0.2), dict(mv_type=AnalogMVType.POS_NEG_SEPARATE_DIGITAL_SUM)]
FAR = [dict(inp_noise=0.2), dict(ir_drop=5.0),
       dict(w_read_asymmetry_dtod=0.5, mv_type=AnalogMVType.POS_NEG_SEPARATE, inp_noise=0.2)]


@pytest.mark.parametrize('settings', NEAR + FAR, ids=str)
@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('backward', [False, True])
def test_a_late_read_is_an_analog_product_with_a_one_hot_vector(settings, backend, backward):
    """A reader multiplies at once, by the path of all products of a tile; all reads of a call have the same noise then."""
    reader = Reader(IOParameters(**UNMANAGED, **settings), WEIGHTS.shape, Stream(1, 0), backward)
    engines = [Engine(backend=backend, counts=Counts()) for _ in range(2)]
    at_once = reader.read(WEIGHTS, SLICES, Stream(1, 5), engines[0])
    weights = WEIGHTS.copy()
    looks = look_at(weights, SLICES, reader.direction)
    weights[:] = 9  # a look is a copy
    late = read_looks(looks, SLICES, 5 if backward else 7, reader.direction, Stream(1, 5), engines[1])
    np.testing.assert_allclose(late, at_once, rtol=1e-5, atol=1e-6)
    assert engines[1].counts == replace(engines[0].counts, reads=len(SLICES))
    assert sees_all(reader.direction) == (settings in FAR) and looks.shape[2] == (looks.shape[2] if settings in FAR else 1)


def test_reads_are_unmanaged_whatever_is_set():
    """A weight of 3 is far above the bound of the converter, and a threshold would weaken the input."""
    reader = Reader(IOParameters(out_bound=1.0, out_noise=0.0, nm_thres=0.1), (2, 3), Stream(1, 0))
    slices = np.array([1])
    looks = look_at(np.full((2, 3), 3, dtype=np.float32), slices, reader.direction)
    assert read_looks(looks, slices, 3, reader.direction, Stream(1, 1), Engine()).tolist() == [[1, 1]]


def test_one_line_is_on():
    assert one_hot(np.array([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_the_voltage_is_rounded_anew_for_each_read():
    reader = Reader(IOParameters(inp_res=0.3, inp_sto_round=True, out_noise=0.0), (2, 3), Stream(1, 0))
    slices = np.zeros(100, dtype=int)
    looks = look_at(np.full((2, 3), 0.5, dtype=np.float32), slices, reader.direction)
    values = read_looks(looks, slices, 3, reader.direction, Stream(1, 1), Engine())
    assert (values[:, 0] == values[:, 1]).all() and len(np.unique(values)) == 2
