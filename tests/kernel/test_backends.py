"""Compiled and reference backend agree number by number, whatever the shape, the converters and the devices."""

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aihwlab.kernel.backend import Engine, stages
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.mvm import Direction, analog_mvm
from aihwlab.kernel.patches import Geometry, Patches, gather
from aihwlab.kernel.random import Stream
from aihwlab.simulator.configs import devices
from aihwlab.simulator.parameters import IOParameters, UpdateParameters
from aihwlab.simulator.parameters.enums import (
    AnalogMVType,
    BoundManagementType,
    NoiseManagementType,
    PulseType,
    WeightNoiseType,
)

few_examples = settings(max_examples=25, deadline=None, derandomize=True)
BACKENDS = ['reference', 'compiled']
PULSED = [devices.ConstantStepDevice, devices.LinearStepDevice, devices.SoftBoundsDevice, devices.SoftBoundsReferenceDevice,
          devices.ExpStepDevice, devices.PowStepDevice, devices.PowStepReferenceDevice, devices.PiecewiseStepDevice]
sizes, pairs, seeds = st.integers(1, 5), st.tuples(st.integers(1, 3), st.integers(1, 3)), st.integers(0, 2 ** 63 - 1)


@st.composite
def patches(draw):
    """Images under a kernel of any size, stride and dilation that fits."""
    kernel, stride, dilation = draw(pairs), draw(pairs), draw(pairs)
    size = [(length - 1) * step + 1 + draw(st.integers(0, 4)) for length, step in zip(kernel, dilation)]
    return Patches(numbers(draw(seeds), (draw(sizes), draw(sizes), *size)), Geometry(kernel, stride, dilation))


@st.composite
def columns(draw):
    """Vectors in columns, as many lines as may need several words of pulses."""
    return numbers(draw(seeds), (draw(sizes), draw(st.integers(1, 140)), draw(sizes)))


@st.composite
def converters(draw):
    """Converters, noise and wires of the analog product.

    Outputs are continuous: sums rounded differently by the two backends may lie on both sides of a step.
    """
    return IOParameters(
        mv_type=draw(st.sampled_from([AnalogMVType.ONE_PASS, AnalogMVType.POS_NEG_SEPARATE,
                                      AnalogMVType.POS_NEG_SEPARATE_DIGITAL_SUM])),
        inp_noise=draw(st.sampled_from([0.0, 0.1])), inp_res=draw(st.sampled_from([-1, 1 / 14, 1 / 126])),
        inp_sto_round=draw(st.booleans()), inp_asymmetry=draw(st.sampled_from([0.0, 0.1])),
        out_noise=draw(st.sampled_from([0.0, 0.06])), out_noise_std=draw(st.sampled_from([0.0, 0.3])), out_res=-1,
        out_bound=draw(st.sampled_from([-1, 20.0, 100.0])), out_asymmetry=draw(st.sampled_from([0.0, 0.1])),
        out_scale=draw(st.sampled_from([1.0, 1.5])), out_nonlinearity=draw(st.sampled_from([0.0, 0.1])),
        w_noise=draw(st.sampled_from([0.0, 0.02])), w_noise_type=draw(st.sampled_from(list(WeightNoiseType))),
        v_offset_std=draw(st.sampled_from([0.0, 0.05])), ir_drop=draw(st.sampled_from([0.0, 1.0])),
        bound_management=draw(st.sampled_from([BoundManagementType.NONE, BoundManagementType.ITERATIVE,
                                               BoundManagementType.ITERATIVE_WORST_CASE])),
        noise_management=draw(st.sampled_from(list(NoiseManagementType))), nm_thres=draw(st.sampled_from([0.5, 3.0])))


def numbers(seed, shape):
    """Return normal numbers, a tenth of them zero."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) * (rng.random(shape) > 0.1)).astype(np.float32)


@given(st.one_of(columns(), patches()), st.integers(1, 9), converters(), seeds, st.booleans())
@few_examples
def test_products_agree(x, out_size, io, seed, backward):
    weights = 0.3 * numbers(seed, (out_size, x.shape[1]))
    y = []
    for backend in BACKENDS:
        direction = Direction(io, draw_lines(io, weights.shape, Stream(seed, 0), backward=backward), backward)
        y.append(analog_mvm(weights, x, direction, Stream(seed, 3), Engine(backend=backend)))
    np.testing.assert_allclose(*y, rtol=1e-4, atol=1e-4)


@given(patches(), seeds)
@few_examples
def test_scattered_patches_agree(x, seed):
    vectors = numbers(seed, x.shape)
    images = [stages(vectors, backend).scatter(vectors, x.image.shape, x.geometry) for backend in BACKENDS]
    np.testing.assert_allclose(*images, atol=1e-5)
    assert abs((images[0] * x.image).sum() - (vectors * gather(x)).sum()) < 1e-2


@given(st.one_of(columns(), patches()), st.integers(1, 70), seeds, st.sampled_from([devices.IdealDevice, *PULSED]),
       st.sampled_from(list(PulseType)), st.integers(1, 70), st.booleans(), st.booleans())
@few_examples
def test_updates_agree(x, out_size, seed, device, pulse_type, desired_bl, by_gradient, balanced):
    update = UpdateParameters(pulse_type=pulse_type, desired_bl=desired_bl, update_bl_management=by_gradient,
                              update_management=balanced)
    cells = build_cells(device().resolved(), (out_size, x.shape[1]), Stream(seed, 0))
    cells.write(0.1 * numbers(seed, cells.weights.shape), Stream(seed, 1))
    both = [cells, deepcopy(cells)]
    d = 0.1 * numbers(seed + 1, (x.shape[0], out_size, x.shape[2]))
    for changed, backend in zip(both, BACKENDS):
        changed.update(x, d, 0.05, update, Stream(seed, 5), Engine(backend=backend))
    np.testing.assert_allclose(both[0].array.persistent, both[1].array.persistent, atol=1e-6)
    np.testing.assert_allclose(both[0].weights, both[1].weights, atol=1e-6)


@given(st.sampled_from(PULSED), sizes, st.integers(0, 100), st.integers(0, 110), seeds)
@few_examples
def test_series_of_pulses_agree_and_leave_the_devices_alone(device, in_size, pulses, pulses_up, seed):
    array = build_device_array(device().resolved(), (2, in_size), Stream(seed, 0))
    array.set_weights(0.1 * numbers(seed, array.visible.shape), Stream(seed, 1))
    before, noise = deepcopy(array), numbers(seed, (pulses, 2 * in_size))
    states = [stages(noise, backend, array).pulse_series(array, pulses_up, noise) for backend in BACKENDS]
    np.testing.assert_allclose(*states, atol=1e-6)
    for name in ('persistent', 'visible'):
        np.testing.assert_array_equal(getattr(array, name), getattr(before, name))
    for backend in BACKENDS:
        with pytest.raises(ValueError, match='noise has the shape'):
            stages(noise, backend, array).pulse_series(array, pulses_up, noise[:, 1:])
