"""The pattern of all explorers, seen on a damped oscillation; no browser is needed."""

import asyncio
import base64
import gc
import io
import threading
from urllib.request import urlopen

import ipywidgets as W
import numpy as np
import pytest
from matplotlib import _pylab_helpers
from PIL import Image

from aihwlab.widgets import Choice, Explorer, Slider
from aihwlab.widgets.controls import label_of
from aihwlab.widgets.words import time_in_words

TIME = np.linspace(0, 10, 50)
SHAPES = {'cosine': np.cos, 'sine': np.sin}
IPYWIDGETS = int(W.__version__.split('.')[0])


def oscillation(frequency, damping, amplitude, shape, offset):
    if damping > 1.5:
        raise ValueError(f'damping = {damping}: too strong')
    return amplitude * np.exp(-damping * TIME) * SHAPES[shape](2 * np.pi * frequency * TIME) + (offset or 0)


class OscillationView:
    def __init__(self, figure):
        axes = figure.add_subplot(xlabel='time (s)', ylabel='displacement (mm)', ylim=(-2, 2))
        self.curves = axes.plot(TIME, 0 * TIME)

    def update(self, displacement):
        self.curves[0].set_ydata(displacement)

    def describe(self, values, displacement):
        return f"{values['frequency']:.2f} Hz <{values['shape']}>: {displacement[-1]:.3f} mm are left after 10 s."


CONTROLS = {
    'frequency': Slider('frequency', 1.0, 0.0, 5.0, 0.05, unit='Hz', symbol='f', help='Oscillations in a second.'),
    'damping': Slider('damping', 0.3, 0.003, 2.0, 0.1, unit='1/s', symbol='d', scale='log'),
    'amplitude': Slider('amplitude', 1, 0, 2, 1, unit='mm'),
    'shape': Choice('shape', 'cosine', tuple(SHAPES)),
    'offset': Slider('offset', 0.0, -1.0, 1.0, 0.1, unit='mm'),
}


@pytest.fixture
def explorer():
    return Explorer(oscillation, OscillationView, CONTROLS)


def displacement(explorer):
    return explorer.view.curves[0].get_ydata()


def test_moving_a_slider_moves_the_artist_and_the_picture(explorer):
    picture, curve = explorer.picture.value, explorer.view.curves[0]
    explorer.controls['frequency'].value = 2.0
    np.testing.assert_array_equal(displacement(explorer), oscillation(2.0, 0.3, 1, 'cosine', 0.0))
    assert explorer.view.curves[0] is curve
    assert bytes(explorer.picture.value).startswith(b'data:image/jpeg;base64,') and explorer.picture.value != picture
    assert '2.00 Hz' in explorer.status.value


def test_message_from_a_browser(explorer):
    explorer.controls['frequency']._handle_msg(
        {'content': {'data': {'method': 'update', 'state': {'value': 3.0}, 'buffer_paths': []}}, 'buffers': []})
    assert explorer.values['frequency'] == 3.0
    np.testing.assert_array_equal(displacement(explorer), oscillation(3.0, 0.3, 1, 'cosine', 0.0))


@pytest.mark.skipif(IPYWIDGETS < 8, reason='ipywidgets 7 never sends it back')
def test_value_that_a_browser_has_set_is_not_sent_back(explorer, monkeypatch):
    sent = []
    for name in ('frequency', 'damping', 'amplitude'):
        slider = explorer.controls[name]
        monkeypatch.setattr(slider, '_send', lambda message, buffers=None: sent.append(message))
        data = {'method': 'update', 'state': {'value': 1}, 'buffer_paths': []}
        slider._handle_msg({'content': {'data': data}, 'buffers': []})
        assert not sent, name
        slider.value = 2 if name == 'amplitude' else 0.5
        assert [message['state'] for message in sent] == [{'value': slider.value}]
        sent.clear()


def test_set_draws_once(explorer):
    drawn = []
    explorer.picture.observe(drawn.append, 'value')
    explorer.set(frequency=2.0, damping=1.0, shape='sine')
    assert len(drawn) == 1


def test_start_values_are_the_opening_state():
    explorer = Explorer(oscillation, OscillationView, CONTROLS, frequency=4.0)
    explorer.set(frequency=2.0, shape='sine')
    explorer.reset_button.click()
    assert explorer.values == {'frequency': 4.0, 'damping': 0.3, 'amplitude': 1, 'shape': 'cosine', 'offset': 0.0}


def test_pin_keeps_the_curve_until_reset(explorer):
    kept, (ghost,) = displacement(explorer).copy(), explorer.ghosts
    assert not ghost.get_visible()
    explorer.pin_button.click()
    explorer.controls['frequency'].value = 2.0
    assert ghost.get_visible()
    np.testing.assert_array_equal(ghost.get_ydata(), kept)
    assert '2.00 Hz' in explorer.text and 'Grey: 1.00 Hz' in explorer.text
    explorer.reset_button.click()
    assert not ghost.get_visible() and 'Grey' not in explorer.text


def test_follow_moves_other_controls():
    explorer = Explorer(oscillation, OscillationView, CONTROLS,
                        follow={'shape': lambda shape: {'frequency': 2.0 if shape == 'sine' else 1.5,
                                                        'offset': None if shape == 'sine' else 0.5}})
    assert explorer.values['frequency'] == 1.5 and explorer.values['offset'] == 0.5
    explorer.controls['shape'].value = 'sine'
    assert explorer.values['frequency'] == 2.0
    assert explorer.values['offset'] is None and explorer.controls['offset'].disabled
    explorer.set(shape='cosine', frequency=3.0)
    assert explorer.values['frequency'] == 3.0 and not explorer.controls['offset'].disabled


def test_error_after_a_move_is_shown_and_goes_away(explorer):
    explorer.controls['damping'].value = 2.0
    assert isinstance(explorer.error, ValueError)
    assert 'No picture for these settings. ValueError: damping = 2.0: too strong' in explorer.status.value
    explorer.controls['damping'].value = 1.0
    assert explorer.error is None and 'No picture' not in explorer.status.value


def test_error_of_the_program_is_raised(explorer):
    with pytest.raises(ValueError, match='too strong'):
        explorer.set(damping=2.0)
    with pytest.raises(ValueError, match='too strong'):
        Explorer(oscillation, OscillationView, CONTROLS, damping=2.0)


@pytest.mark.parametrize('values, message', [
    ({'speed': 1.0}, "'speed' is not a control here: must be one of 'frequency'"),
    ({'frequency': 6.0}, 'frequency = 6.0: must be a number from 0.0 to 5.0'),
    ({'amplitude': 0.5}, 'amplitude = 0.5: must be a whole number'),
    ({'shape': 'square'}, "shape = 'square': must be one of 'cosine', 'sine'"),
])
def test_impossible_values_are_refused_and_nothing_moves(explorer, values, message):
    before = explorer.values
    with pytest.raises(ValueError, match=message):
        explorer.set(damping=1.0, **values)
    assert explorer.values == before


@pytest.mark.parametrize('change, message', [
    ({'scale': 'cubic'}, "must be 'linear' or 'log'"),
    ({'step': 0}, 'step = 0: must be positive'),
    ({'low': 5}, 'low = 5: must be below high'),
    ({'value': 9}, 'must be a number from'),
    ({'step': 0.3}, 'must be a whole number of steps of 0.3 above low = 0'),
    ({'scale': 'log', 'low': 0.3}, 'must be a whole number of steps of 1 decades'),
    ({'scale': 'log'}, 'must be positive on a logarithmic scale'),
])
def test_impossible_sliders_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Slider(**{**dict(label='length', value=1, low=0, high=3, step=1), **change})


def test_readout_of_a_value_between_two_steps(explorer):
    slider = explorer.controls['offset']
    explorer.set(offset=0.2594)
    assert explorer.values['offset'] == 0.2594 and slider.readout_format == '.4f'
    explorer.set(offset=0.2)
    assert slider.readout_format == '.1f'


def test_labels_are_words_first_and_controls_have_help(explorer):
    assert label_of(CONTROLS['frequency']) == explorer.controls['frequency'].description == 'frequency (f)'
    assert label_of(CONTROLS['amplitude']) == 'amplitude'
    tooltip = 'tooltip' if IPYWIDGETS >= 8 else 'description_tooltip'
    assert getattr(explorer.controls['frequency'], tooltip) == 'Oscillations in a second.'
    assert CONTROLS['damping'].text(0.12345) == '0.123 1/s' and CONTROLS['amplitude'].text(2) == '2 mm'


def test_four_controls_in_sight_others_folded(explorer):
    in_sight, more = explorer.side.children[:2]
    assert [row.children for row in in_sight.children] == [(explorer.controls[name], explorer.words[name])
                                                           for name in list(CONTROLS)[:4]]
    assert isinstance(more, W.Accordion) and more.selected_index is None
    assert [row.children for row in more.children[0].children] == [(explorer.controls['offset'], explorer.words['offset'])]


def test_unit_stands_behind_the_number(explorer):
    assert explorer.words['frequency'].value == 'Hz' and explorer.words['shape'].value == ''
    batch = Slider('batch', 1, 1, 8, 1, unit='vectors', one='vector')
    assert (batch.beside(1), batch.beside(2)) == ('vector', 'vectors')
    assert Slider('time', 60, 1, 100, 1, unit='s', words=time_in_words).text(60) == '60 s = 1 minute'


def test_words_follow_the_slider():
    class View(OscillationView):
        def describe(self, values, displacement):
            return ''

    explorer = Explorer(lambda time: TIME * time, View,
                        {'time': Slider('time', 1.0, 1.0, 1e5, 1.0, unit='s', scale='log', words=time_in_words)})
    explorer.controls['time'].value = 100.0
    assert explorer.words['time'].value == 's = 1.7 minutes'


def test_rules_of_the_page_come_with_the_explorer(explorer):
    body = explorer.children[0]
    rules = body.children[-1].value
    assert '--aihwlab-picture: 760px' in rules and '@container' in rules and "data-jp-theme-light='false'" in rules
    assert body.layout.width is None and explorer.picture.layout.width is None


def test_sharp_picture_has_twice_the_pixels_and_moving_stays_fast(explorer):
    usual = explorer.file('png')
    sharp = Image.open(io.BytesIO(explorer.file('png', ratio=2)))
    assert sharp.size == tuple(2 * side for side in Image.open(io.BytesIO(usual)).size)
    assert explorer.file('png') == usual and explorer.drawing.frames == 1


@pytest.mark.parametrize('pixels, kinds', [(1.0, [b'jpeg']), (2.0, [b'jpeg', b'png'])])
def test_picture_gets_sharp_at_rest_on_a_fine_screen(explorer, pixels, kinds):
    pytest.importorskip('anywidget', reason='without anywidget nobody says how fine the screen is')
    for widget in explorer.names:
        widget.pixels = pixels
    explorer.rest.seconds, seen = 0.01, []
    explorer.picture.observe(lambda change: seen.append(bytes(change['new'])[11:15].strip(b';')), 'value')

    async def move():
        explorer.controls['frequency'].value = 2.0
        await asyncio.sleep(0.2)

    asyncio.run(move())
    assert seen == kinds


def test_sentence_is_announced_and_escaped(explorer):
    assert 'role="status" aria-live="polite"' in explorer.status.value
    assert '&lt;cosine&gt;' in explorer.status.value


def test_picture_has_no_tooltip(explorer):
    """The browser's part of ipywidgets 8 cannot show an image with a tooltip: it looks for a description as well."""
    assert not getattr(explorer.picture, 'tooltip', None)


def test_static_picture_with_alternative_text(explorer):
    data, metadata = explorer._repr_mimebundle_()
    address, kept = bytes(explorer.picture.value).decode(), base64.b64decode(data['image/png'])
    shown, kept, drawn = (Image.open(io.BytesIO(file)) for file in (urlopen(address).read(), kept, explorer.file('png')))
    assert (shown.format, kept.format) == ('JPEG', 'PNG')
    np.testing.assert_array_equal(kept, drawn)
    np.testing.assert_allclose(*(np.asarray(image).astype(int) for image in (shown, kept)), rtol=0, atol=8)
    assert data['text/plain'] == metadata['image/png']['alt'] == explorer.text
    assert data['application/vnd.jupyter.widget-view+json']['model_id'] == explorer.model_id


def test_frame_is_drawn_once_and_contents_with_each_move(explorer):
    curve, drawn = explorer.view.curves[0], []
    curve.draw = lambda renderer, draw=curve.draw: (drawn.append(1), draw(renderer))
    explorer.controls['frequency'].value = 2.0
    explorer.controls['frequency'].value = 3.0
    assert len(drawn) == 2 and explorer.drawing.frames == 1


def test_layout_stays(explorer):
    axes = explorer.figure.axes[0]
    before = axes.get_position().bounds
    explorer.set(frequency=2.0, amplitude=2)
    assert axes.get_position().bounds == before


def test_slow_model_is_computed_on_release(explorer, monkeypatch):
    monkeypatch.setattr('aihwlab.widgets.explorer.SLOW', 0.0)
    said = []
    explorer.status.observe(lambda change: said.append(change['new']), 'value')
    for frequency in (1.5, 2.0, 2.5):
        explorer.controls['frequency'].value = frequency
    assert not explorer.controls['frequency'].continuous_update
    assert any('Computing' in text for text in said) and 'Computing' not in explorer.status.value


def test_other_sliders_stay_live_and_a_fast_answer_makes_a_slider_live_again(explorer, monkeypatch):
    monkeypatch.setattr('aihwlab.widgets.explorer.SLOW', 0.0)
    for frequency in (1.5, 2.0):
        explorer.controls['frequency'].value = frequency
    assert explorer.is_slow('frequency') and not explorer.is_slow('damping')
    assert explorer.controls['damping'].continuous_update
    monkeypatch.setattr('aihwlab.widgets.explorer.SLOW', 10.0)
    explorer.controls['frequency'].value = 2.5
    assert explorer.controls['frequency'].continuous_update


def test_nothing_is_left_behind():
    """Other tests may have left threads of workers, and figures."""
    threads, figures = threading.enumerate(), _pylab_helpers.Gcf.get_all_fig_managers()
    Explorer(oscillation, OscillationView, CONTROLS).controls['frequency'].value = 2.0
    assert all(thread.daemon for thread in threading.enumerate() if thread not in threads)
    gc.collect()
    assert _pylab_helpers.Gcf.get_all_fig_managers() == figures


# -- what fails, and what is closed


def open_widgets():
    """Return how many widgets ipywidgets keeps."""
    return len(W.Widget.widgets if IPYWIDGETS < 8 else W.widgets.widget._instances)


def test_values_for_which_the_model_fails_leave_all_as_it_was(explorer):
    explorer.set(frequency=2.0, offset=0.5)
    before, picture, sentence = explorer.values, explorer.picture.value, explorer.status.value
    with pytest.raises(ValueError, match='too strong'):
        explorer.set(frequency=3.0, damping=2.0)
    assert (explorer.values, explorer.picture.value, explorer.status.value) == (before, picture, sentence)
    assert explorer.words['damping'].value == '1/s' and explorer.error is None
    np.testing.assert_array_equal(displacement(explorer), oscillation(**before))


def test_a_control_that_did_not_apply_does_not_after_a_failure_either():
    explorer = Explorer(oscillation, OscillationView, CONTROLS,
                        follow={'shape': lambda shape: {'offset': None if shape == 'cosine' else 0.5}})
    assert explorer.values['offset'] is None
    with pytest.raises(ValueError, match='too strong'):
        explorer.set(shape='sine', damping=2.0)
    assert explorer.values['offset'] is None and explorer.values['shape'] == 'cosine'


def test_a_learners_move_is_not_taken_back(explorer):
    explorer.controls['damping'].value = 2.0
    with pytest.raises(ValueError, match='too strong'):
        explorer.set(frequency=3.0)
    assert explorer.values['damping'] == 2.0 and explorer.values['frequency'] == 1.0


class BrokenView(OscillationView):
    def __init__(self, figure):
        raise RuntimeError('no view')


@pytest.mark.parametrize('make', [
    lambda: Explorer(oscillation, OscillationView, CONTROLS, damping=2.0),
    lambda: Explorer(oscillation, OscillationView, CONTROLS, speed=1.0),
    lambda: Explorer(oscillation, OscillationView, CONTROLS, follow={'shape': lambda shape: 1 / 0}),
    lambda: Explorer(oscillation, OscillationView, CONTROLS, play='offset', damping=2.0),
    lambda: Explorer(oscillation, BrokenView, CONTROLS)])
def test_a_constructor_that_fails_leaves_no_widget(make):
    before = open_widgets()
    with pytest.raises(Exception, match='too strong|not a control|division by zero|no view'):
        make()
    assert open_widgets() == before


def test_closing_takes_all_widgets_along():
    before = open_widgets()
    explorer = Explorer(oscillation, OscillationView, CONTROLS, play='offset')
    assert open_widgets() > before + 20
    explorer.close()
    assert open_widgets() == before
    explorer.close()
