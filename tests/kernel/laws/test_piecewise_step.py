"""Piecewise steps: interpolation between nodes, and which nodes are possible."""

import numpy as np
import pytest

from aihwlab.kernel.laws.piecewise_step import PiecewiseStepDevice, PiecewiseStepPlanes, PiecewiseStepShared, step
from tests.kernel.helpers import build, equal_devices, pulses
from tests.parameters.helpers import assert_impossible


@pytest.mark.parametrize('weight, factor', [(-0.6, 2.0), (-0.3, 1.5), (0.0, 1.0), (0.3, 0.75), (0.5, 0.5 + 0.5 / 6)])
def test_piecewise_steps_interpolate_between_nodes(weight, factor):
    array = build(equal_devices(PiecewiseStepDevice, piecewise_up=[2.0, 1.0, 0.5], piecewise_down=[1.0, 1.0, 1.0],
                                dw_min=0.01))
    array.persistent[...] = weight
    pulses(array, True, 1)
    assert array.visible[0, 0] - weight == pytest.approx(0.01 * factor, rel=1e-4)


def test_beyond_the_nodes_the_last_one_counts():
    nodes = np.array([3.0, 0.5, 1.0, 2.0])
    device = PiecewiseStepPlanes(size=1.0, lower=-1.0, per_weight=1.5)
    weights = np.linspace(-2, 2, 81)
    expected = np.interp(weights, np.linspace(-1, 1, 4), nodes)
    np.testing.assert_allclose(step(weights, 0.0, device, PiecewiseStepShared(0.0, nodes)), expected, atol=1e-7)


def test_a_single_node_makes_constant_steps():
    array = build(equal_devices(PiecewiseStepDevice, dw_min=0.01, piecewise_up=[2], piecewise_down=[3]))
    pulses(array, True, 10)
    assert array.visible[0, 0] == pytest.approx(0.2, rel=1e-5)
    pulses(array, False, 10)
    assert array.visible[0, 0] == pytest.approx(-0.1, rel=1e-5)
    assert array.granularity == pytest.approx(0.02)


@pytest.mark.parametrize('device, field, allowed', [
    (PiecewiseStepDevice(piecewise_up=[], piecewise_down=[]), 'piecewise_up', 'a list of at least one node'),
    (PiecewiseStepDevice(piecewise_up=[1, 2]), 'piecewise_down', 'a list of 2 nodes'),
    (PiecewiseStepDevice(piecewise_up=[1, 0], piecewise_down=[1, 1]), 'piecewise_up', 'positive at the middle node'),
    (PiecewiseStepDevice(piecewise_up=[float('nan')]), 'piecewise_up', r'in \(-inf, inf\)'),
])
def test_impossible_values(device, field, allowed):
    assert_impossible(device, field, allowed)
