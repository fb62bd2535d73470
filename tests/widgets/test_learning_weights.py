"""The explorers of one and of two weights that learn."""

import numpy as np
import pytest

from aihwlab.kernel.learning import learn
from aihwlab.widgets import OneWeightExplorer, TwoWeightsExplorer
from aihwlab.widgets.one_weight import ALGORITHMS, BATCHES, BUFFERED, CHOPPED, MIXED, SGD, TARGET, TIKI_TAKA, cells
from aihwlab.widgets.two_weights import TARGET as TARGETS
from aihwlab.widgets.two_weights import loss


@pytest.fixture(scope='module')
def one():
    return OneWeightExplorer()


@pytest.fixture(scope='module')
def two():
    return TwoWeightsExplorer()


def late(explorer, **settings):
    """Return the mean of the weight in the last third of the batches, for five seeds."""
    found = []
    for seed in range(1, 6):
        explorer.set(moment=BATCHES, seed=seed, **settings)
        found.append(explorer.result.course.weights[-BATCHES // 3:].mean())
    return np.mean(found)


def test_opening_state_shows_that_sgd_misses(one):
    one.reset()
    assert one.values['algorithm'] == SGD and one.values['rate'] is None and one.values['zero'] is None
    assert late(one) < TARGET - 0.08
    assert 'after 48 of 48 batches' in one.text and '0.5 is to be learned' in one.text


@pytest.mark.parametrize('algorithm', ALGORITHMS)
def test_each_algorithm_shows_what_it_has(one, algorithm):
    one.reset()
    one.controls['algorithm'].value = algorithm
    assert one.error is None
    view, course = one.view, one.result.course
    np.testing.assert_array_equal(view.seen.get_ydata(), course.weights[:, 0])
    shown = {name for name, line in {'fast': view.fast, 'buffer': view.buffer, 'sign': view.sign}.items()
             if np.isfinite(line.get_ydata()).all()}
    assert shown == {SGD: set(), TIKI_TAKA: {'fast'}, BUFFERED: {'fast', 'buffer'}, CHOPPED: {'fast', 'buffer', 'sign'},
                     MIXED: {'buffer'}}[algorithm]
    assert ('buffer holds' in one.text) == ('buffer' in shown) and ('chopper is' in one.text) == ('sign' in shown)


def test_tiki_taka_learns_and_an_error_of_the_zero_misleads_it_but_not_with_choppers(one):
    one.reset()
    assert abs(late(one, algorithm=TIKI_TAKA) - TARGET) < 0.06
    misled, chopped = late(one, algorithm=TIKI_TAKA, zero=0.2), late(one, algorithm=CHOPPED, zero=0.2)
    assert misled > TARGET + 0.08 and abs(chopped - TARGET) < misled - TARGET


def test_a_smaller_learning_rate_does_not_help_sgd(one):
    """What pulls and what pushes are both made of pulses: half the rate, half of both."""
    one.reset()
    ends = [late(one, lr=lr) for lr in (0.02 * 10 ** -0.3, 0.02)]
    assert max(ends) < TARGET - 0.08


def test_a_moment_shows_the_course_so_far(one):
    one.reset()
    one.set(algorithm=CHOPPED, moment=10)
    view = one.view
    for line in (view.seen, view.fast, view.buffer, view.sign):
        assert len(line.get_xdata()) == 11
    assert len(view.whole[0].get_xdata()) == BATCHES + 1
    assert view.marks[2].get_ydata()[0] == one.result.course.weights[10, 0]
    assert view.chopper.get_text() == 'chopper \N{MINUS SIGN}'
    one.set(moment=3)
    assert view.chopper.get_text() == 'chopper +'


def test_buffers_hold_less_than_a_step(one):
    one.reset()
    one.set(algorithm=BUFFERED)
    assert 0 < abs(one.result.steps).max() <= 1
    one.set(algorithm=MIXED)
    assert abs(one.result.steps).max() > 1


def test_playing_goes_from_the_beginning_to_the_end(one):
    one.reset()
    one.player.go_on()
    assert one.values['moment'] == 0
    one.player.go_on(7)
    assert one.values['moment'] == 7


def test_columns_are_each_read_once_in_a_batch():
    """Two columns, a transfer in each half of the batch: both move in the first batch already."""
    pair = cells(TIKI_TAKA, 0.0, 100.0, 0.0, 0.0, 0.5, slices=2)
    course = learn(pair, np.ones((1, 20, 2)), np.array([0.6, 0.4]), 0.0, 0.05)
    assert (course.arrays[1, 1] != 0).all()


def test_paths_on_the_surface(two):
    two.reset()
    sgd, other = two.result.sgd, two.result.other
    np.testing.assert_array_equal(np.transpose(two.view.sgd.get_data()), sgd)
    np.testing.assert_array_equal(two.view.losses[1].get_ydata(), loss(other))
    assert loss(other[-10:]).mean() < loss(sgd[-10:]).mean() / 5
    assert loss(TARGETS) == 0
    # SGD ends on the side of the symmetry point.
    assert (np.sign(two.result.point - sgd[-10:].mean(axis=0)) != np.sign(sgd[-10:].mean(axis=0) - TARGETS)).sum() == 0


def test_two_weights_may_learn_otherwise(two):
    two.reset()
    two.set(beside=MIXED, moment=5)
    assert two.values['rate'] is None and len(two.view.other.get_xdata()) == 6
    assert '5 of 48 batches are over' in two.text and 'mixed precision is at' in two.text
