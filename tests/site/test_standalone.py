"""Explorers without a notebook: what their pages know of the controls, and what they answer."""

import json

import pytest

from aihwlab.site.standalone import Standalone, explorers


def state(explorer):
    return json.loads(explorer.state())


@pytest.fixture(scope='module')
def trains():
    return Standalone('PulseTrainsExplorer', {'x_1': '0.5', 'rate': '0.1', 'nonsense': '3'})


def test_all_explorers_that_need_nothing_are_there():
    assert len(explorers()) > 12 and 'DeviceResponse' in explorers() and 'TileTrainingExplorer' not in explorers()


def test_it_opens_in_a_state_and_knows_which_values_differ(trains):
    controls = state(trains)['controls']
    assert controls['x_1']['value'] == 0.5 and controls['rate']['value'] == pytest.approx(0.1)
    assert [name for name, control in controls.items() if not control['opening']] == ['x_1', 'rate']
    assert controls['length']['text'] == '31 slots'


def test_controls_are_data_and_logarithmic_ones_are_in_decades(trains):
    controls = {control['name']: control for control in json.loads(trains.controls())}
    assert controls['rate']['low'] == pytest.approx(-2.69897) and controls['rate']['scale'] == 'log'
    assert controls['seed'] | {'help': ''} == {'name': 'seed', 'label': 'seed', 'help': '', 'low': 1.0, 'high': 50.0,
                                               'step': 1, 'scale': 'linear'}


def test_a_move_gives_a_new_picture_and_a_move_too_far_ends_at_the_limit():
    explorer = Standalone('PulseTrainsExplorer')
    before = state(explorer)
    explorer.move('length', '7')
    after = state(explorer)
    assert after['picture'] != before['picture'] and '7 of 7 slots' in after['sentence']
    assert after['picture'].startswith('data:image/')
    explorer.move('rate', '1e9')
    assert state(explorer)['controls']['rate']['value'] == pytest.approx(0.5)


def test_a_menu_is_moved_by_its_words():
    explorer = Standalone('DeviceResponse')
    menu = next(control for control in json.loads(explorer.controls()) if 'options' in control)
    explorer.move(menu['name'], menu['options'][-1])
    assert state(explorer)['controls'][menu['name']]['value'] == menu['options'][-1]
