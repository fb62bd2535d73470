"""Rounds in one call: the numbers of single stages and of the reference; and plans that notice changes."""

from copy import deepcopy

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel import reference, rounds
from aihwlab.kernel.backend import Engine
from aihwlab.kernel.compiled import stages
from aihwlab.kernel.compiled.rounds import plan_of
from aihwlab.kernel.compiled.threads import use_threads
from aihwlab.kernel.crossbar import product
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.mvm import analog_mvm
from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import NO_EXTRAS, Direction, Extras, Images, Setup
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import numbers
from tests.kernel.strategies import few_examples, patches, plain_converters, seeds, vectors


def three_ways(x, weights, io, seed, extras=NO_EXTRAS, backward=False):
    """Return what a first round gives: in one call, by single stages, and by the reference."""
    found = []
    for first_round, chosen in ((stages.first_round, stages), (rounds.first_round, stages), (rounds.first_round, reference)):
        direction = Direction(io, draw_lines(io, weights.shape, Stream(seed, 0), backward), backward)
        largest = np.empty(x.shape[::2], dtype=np.float32)
        found.append((*first_round(Setup(weights, direction, chosen, product), chosen.gather(x), Stream(seed, 2),
                                   extras._replace(largest=largest)), largest))
    return found


def assert_alike(found, bound):
    one, *others = found
    for other in others:
        y, hit, alpha, largest = other
        np.testing.assert_allclose(one[0], y, rtol=1e-4, atol=1e-4)
        assert (one[2] == alpha).all() and (one[3] == largest).all()
        missed = hit.copy() if one[1] is None else hit ^ one[1]
        assert not missed.any() or bound < 1  # sums rounded differently may lie on both sides of a bound
        assert missed.mean() < 0.1


@given(st.one_of(vectors(), patches()), st.integers(1, 9), plain_converters(), seeds, st.booleans())
@few_examples
def test_forward_one_call_is_the_same_as_single_stages_and_as_the_reference(x, out_size, io, seed, biased):
    weights = 0.3 * numbers(seed, (out_size, x.shape[1]))
    assert plan_of(Direction(io, draw_lines(io, weights.shape, Stream(seed, 0)))).is_plain
    extras = Extras(numbers(seed, (out_size,)) if biased else None)
    assert_alike(three_ways(x, weights, io, seed, extras), io.out_bound)


@given(patches(), st.integers(1, 9), plain_converters(), seeds)
@few_examples
def test_backward_one_call_adds_up_to_the_same_images(x, out_size, io, seed):
    weights = 0.3 * numbers(seed, (out_size, x.shape[1]))
    d = numbers(seed, (x.shape[0], out_size, x.shape[2]))
    extras = Extras(onto=Images(x.image.shape, x.geometry))
    assert_alike(three_ways(d, weights.T, io, seed, extras, True), io.out_bound)


def test_steps_of_the_adc_are_the_same_but_for_sums_between_two_of_them():
    x, weights = Patches(numbers(1, (4, 3, 12, 12)), Geometry((3, 3), (1, 1), (1, 1))), 0.1 * numbers(2, (16, 27))
    found = three_ways(x, weights, IOParameters(), 3)
    step = IOParameters().out_res * 2 * IOParameters().out_bound
    for y, *_ in found[1:]:
        apart = np.abs(found[0][0] - y) / (found[0][2][:, None] * step)
        assert (apart < 1.001).all() and (apart > 0.5).mean() < 1e-3


def test_a_vector_keeps_its_numbers_whatever_the_number_of_threads():
    x, weights = Patches(numbers(1, (9, 3, 12, 12)), Geometry((3, 3), (1, 1), (1, 1))), 0.1 * numbers(2, (70, 27))
    results = []
    for threads in (1, 2):
        use_threads(threads)
        results.append([three_ways(x, weights, IOParameters(), 3)[0], three_ways(numbers(4, (300, 27, 1)), weights,
                                                                                 IOParameters(), 3)[0]])
    use_threads(1)
    for one, two in zip(*results):
        assert all((a == b).all() for a, b in zip(one, two) if a is not None)


def test_a_turned_matrix_and_one_with_gaps_are_read_as_they_are():
    x, weights = numbers(1, (2, 7, 5)), numbers(2, (9, 14))
    for matrix in (weights[:, :7], weights[:, ::2], np.ascontiguousarray(weights[:, :7].T).T):
        io = IOParameters(out_noise=0.0, out_res=-1, inp_res=-1, out_bound=-1)
        y = analog_mvm(matrix, x, Direction(io, draw_lines(io, matrix.shape, Stream(1, 0))), Stream(1, 1))
        np.testing.assert_allclose(y, matrix @ x, rtol=1e-4, atol=1e-4)


class TestPlan:
    def test_it_is_kept_until_a_parameter_changes(self):
        io = IOParameters()
        direction = Direction(io, draw_lines(io, (3, 4), Stream(1, 0)))
        plan = plan_of(direction)
        assert plan_of(direction) is plan
        IOParameters().out_noise = 1.0  # of another object: made anew, and equal
        assert plan_of(direction) is not plan and plan_of(direction)[2:5] == plan[2:5]

    def test_a_changed_parameter_takes_effect_at_the_next_product(self):
        x, weights = numbers(1, (2, 4, 5)), numbers(2, (3, 4))
        io = IOParameters(out_noise=0.0, inp_res=-1, out_res=-1)
        direction = Direction(io, draw_lines(io, weights.shape, Stream(1, 0)))
        first = analog_mvm(weights, x, direction, Stream(1, 1), Engine(backend='compiled'))
        io.out_scale = 2.0
        np.testing.assert_allclose(analog_mvm(weights, x, direction, Stream(1, 1), Engine(backend='compiled')), 2 * first)

    def test_lines_that_are_replaced_take_effect(self):
        x, weights, io = numbers(1, (2, 4, 5)), numbers(2, (3, 4)), IOParameters()
        direction = Direction(io, draw_lines(io, weights.shape, Stream(1, 0)))
        noisy = analog_mvm(weights, x, direction, Stream(1, 1))
        direction.lines.noise = np.zeros_like(direction.lines.noise)
        assert (analog_mvm(weights, x, direction, Stream(1, 1)) != noisy).any()

    def test_copies_make_their_own(self):
        io = IOParameters()
        direction = Direction(io, draw_lines(io, (3, 4), Stream(1, 0)))
        plan_of(direction)
        copied = deepcopy(direction)
        assert plan_of(copied).noise is copied.lines.noise
