"""Vectors, patches and converters of many shapes and kinds, on which the backends are compared."""

from hypothesis import settings
from hypothesis import strategies as st

from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType, NoiseManagementType, WeightNoiseType
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import numbers

few_examples = settings(max_examples=25, deadline=None, derandomize=True)
sizes, pairs, seeds = st.integers(1, 5), st.tuples(st.integers(1, 3), st.integers(1, 3)), st.integers(0, 2 ** 63 - 1)


@st.composite
def patches(draw):
    """Images under a window of any size, stride and dilation that fits."""
    window, stride, dilation = draw(pairs), draw(pairs), draw(pairs)
    size = [(length - 1) * step + 1 + draw(st.integers(0, 4)) for length, step in zip(window, dilation)]
    return Patches(numbers(draw(seeds), (draw(sizes), draw(sizes), *size)), Geometry(window, stride, dilation))


@st.composite
def vectors(draw):
    """Vectors in columns, as many lines as may need several words of pulses."""
    return numbers(draw(seeds), (draw(sizes), draw(st.integers(1, 140)), draw(sizes)))


@st.composite
def plain_converters(draw):
    """Converters whose rounds compiled code computes in one call; outputs are continuous, see `converters`."""
    return IOParameters(
        inp_res=draw(st.sampled_from([-1, 1 / 14, 1 / 126])), inp_bound=draw(st.sampled_from([-1, 0.8, 1.0])),
        inp_asymmetry=draw(st.sampled_from([0.0, 0.1])), out_noise=draw(st.sampled_from([0.0, 0.06])),
        out_noise_std=draw(st.sampled_from([0.0, 0.3])), out_res=-1, out_bound=draw(st.sampled_from([-1, 0.5, 20.0])),
        out_asymmetry=draw(st.sampled_from([0.0, 0.1])), out_scale=draw(st.sampled_from([1.0, 1.5])),
        bm_test_negative_bound=draw(st.booleans()),
        bound_management=draw(st.sampled_from([BoundManagementType.NONE, BoundManagementType.ITERATIVE,
                                               BoundManagementType.ITERATIVE_WORST_CASE])),
        noise_management=draw(st.sampled_from(list(NoiseManagementType))), nm_thres=draw(st.sampled_from([0.0, 0.5, 3.0])))


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
