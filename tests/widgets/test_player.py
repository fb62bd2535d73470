"""Buttons that move a slider by themselves."""

import asyncio

import numpy as np
import pytest

from aihwlab.widgets import Explorer, Slider
from aihwlab.widgets.player import SPEEDS

MOMENT = Slider('moment', 100, 0, 100, 2, unit='%')


class LineView:
    def __init__(self, figure):
        self.curves = figure.add_subplot(ylim=(0, 100)).plot([0, 1], [0, 0])

    def update(self, moment):
        self.curves[0].set_ydata([moment, moment])

    def describe(self, values, moment):
        return f'at {moment}'


@pytest.fixture
def explorer(monkeypatch):
    def model(moment):
        if moment == 98:
            raise ValueError('98 is too much')
        return moment
    monkeypatch.setattr('aihwlab.widgets.player.FRAME', 0.001)
    return Explorer(model, LineView, {'moment': MOMENT}, play='moment')


def test_single_steps_begin_again_at_the_end(explorer):
    explorer.player.step.click()
    assert explorer.values['moment'] == 0 and isinstance(explorer.values['moment'], int)
    explorer.player.step.click()
    assert explorer.values['moment'] == 2
    np.testing.assert_array_equal(explorer.view.curves[0].get_ydata(), [2, 2])


def test_play_shows_all_pictures_without_a_word_until_the_end(explorer):
    explorer.set(moment=40)
    said, seen = [], []
    explorer.status.observe(lambda change: said.append(change['new']), 'value')
    explorer.controls['moment'].observe(lambda change: seen.append(change['new']), 'value')

    async def play():
        explorer.player.play.click()
        assert explorer.player.play.description == 'Pause' and explorer.quiet is False
        await asyncio.sleep(0)
        while explorer.player.task is not None and explorer.values['moment'] < 90:
            await asyncio.sleep(0.005)
        explorer.player.play.click()

    asyncio.run(play())
    assert seen == list(range(42, seen[-1] + 1, 2)) and seen[-1] >= 90
    assert len(said) == 1 and f'at {seen[-1]}' in said[0]
    assert explorer.player.play.description == 'Play' and not explorer.quiet


def test_play_stops_at_an_error_of_the_model_and_shows_it(explorer):
    explorer.set(moment=90)

    async def play():
        explorer.player.start()
        await explorer.player.task

    asyncio.run(play())
    assert explorer.values['moment'] == 98 and '98 is too much' in explorer.status.value and explorer.player.task is None


@pytest.mark.parametrize('speed, stride', [('slow', 2), ('normal', 2), ('fast', 8)])
def test_speed(explorer, speed, stride):
    explorer.player.speed.value = speed
    explorer.set(moment=0)
    explorer.player.go_on(SPEEDS[speed][1])
    assert explorer.values['moment'] == stride


def test_where_nothing_waits_for_events_play_says_so(explorer):
    with pytest.raises(RuntimeError):
        explorer.player.start()


def test_closing_ends_a_film(explorer):
    async def play():
        explorer.player.start()
        task = explorer.player.task
        await asyncio.sleep(0.001)
        explorer.close()
        await asyncio.sleep(0)
        return task

    assert asyncio.run(play()).cancelled() and explorer.player.task is None
