"""Buttons that move a slider by themselves."""

import numpy as np
import pytest

from aihwlab.widgets import Explorer, Slider

MOMENT = Slider('moment', 100, 0, 100, 2, unit='%')


class LineView:
    def __init__(self, figure):
        self.curves = figure.add_subplot(ylim=(0, 100)).plot([0, 1], [0, 0])

    def update(self, moment):
        self.curves[0].set_ydata([moment, moment])

    def describe(self, values, moment):
        return f'{moment}'


@pytest.fixture
def explorer():
    def model(moment):
        if moment == 98:
            raise ValueError('98 is too much')
        return moment
    return Explorer(model, LineView, {'moment': MOMENT}, play='moment')


def test_play_moves_the_slider_and_the_picture(explorer):
    explorer.player.play.value = 20
    assert explorer.values['moment'] == 40 and isinstance(explorer.values['moment'], int)
    np.testing.assert_array_equal(explorer.view.curves[0].get_ydata(), [40, 40])


def test_single_steps_begin_again_at_the_end(explorer):
    explorer.player.step.click()
    assert explorer.values['moment'] == 0
    explorer.player.step.click()
    assert explorer.values['moment'] == 2


def test_play_goes_on_from_where_a_reader_has_moved_to(explorer):
    explorer.controls['moment'].value = 60
    assert explorer.player.play.value == 30


def test_speed(explorer):
    play = explorer.player.play
    assert (play.interval, play.step) == (40, 1)
    explorer.player.speed.value = 'fast'
    assert (play.interval, play.step) == (40, 4)
    explorer.player.speed.value = 'slow'
    assert (play.interval, play.step) == (160, 1)


def test_error_of_the_model_is_shown(explorer):
    explorer.player.play.value = 49
    assert '98 is too much' in explorer.status.value
    explorer.player.play.value = 48
    assert explorer.error is None
