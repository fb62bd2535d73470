"""The picture with a frame that is kept, pixel by pixel against matplotlib's own drawing; no browser is needed."""

import io
import threading
from urllib.request import urlopen

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from aihwlab import widgets
from aihwlab.widgets.frame import STILL
from aihwlab.widgets.picture import KEPT, Picture
from aihwlab.widgets.style import letters

EXPLORERS = [getattr(widgets, name) for name in widgets.__all__
             if name not in ('Choice', 'Slider', 'Explorer', *widgets.WITH_TORCH)]


JPEG = 8
"""By how much of 255 a colour in the picture for the browser may differ: too little to be seen."""


def pixels(file):
    return np.asarray(Image.open(io.BytesIO(file)).convert('RGB')).astype(int)


def assert_shown(explorer, message=''):
    """Assert that the picture for the browser is what matplotlib draws, and that without its compression no pixel differs."""
    expected = drawn_at_once(explorer.figure)
    shown = pixels(urlopen(bytes(explorer.picture.value).decode()).read())
    np.testing.assert_allclose(shown, expected, rtol=0, atol=JPEG, err_msg=message)
    np.testing.assert_array_equal(pixels(explorer.file('png')), expected, err_msg=message)


@letters()
def drawn_at_once(figure):
    """Return what matplotlib draws without a frame that was kept."""
    buffer = io.BytesIO()
    figure.canvas.print_png(buffer)
    return pixels(buffer.getvalue())


@pytest.fixture
def figure():
    figure = Figure(figsize=(4, 3), dpi=80)
    FigureCanvasAgg(figure)
    with letters():
        left, right = figure.subplots(1, 2)
        left.plot([0, 1], [0, 1], label='line')
        left.set(xlabel='time (s)', title='title', xlim=(0, 1), ylim=(0, 2))
        left.grid(True)
        left.legend()
        right.imshow(np.arange(12).reshape(3, 4))
        yield figure


@pytest.fixture
def picture(figure):
    picture = Picture(figure)
    picture.file('png')
    return picture


@pytest.mark.slow
@pytest.mark.parametrize('kind', EXPLORERS, ids=lambda kind: kind.__name__)
def test_explorers_are_drawn_as_matplotlib_draws_them(kind):
    explorer = kind()
    names = [name for name, control in explorer.controls.items() if not control.disabled]
    for name in names[:2]:
        control = explorer.controls[name]
        control.value = explorer.declared[name].options[-1] if hasattr(control, 'options') else explorer.declared[name].high
        assert_shown(explorer, name)
    explorer.pin()
    explorer.reset()
    assert_shown(explorer, 'Reset')


def test_moved_artists_need_no_new_frame(picture, figure):
    figure.axes[0].lines[0].set_data([0, 0.5, 1], [2, 0, 1])
    figure.axes[1].images[0].set_data(np.eye(3, 4))
    np.testing.assert_array_equal(pixels(picture.file('png')), drawn_at_once(figure))
    assert picture.frames == 1


@pytest.mark.parametrize('change', [
    lambda axes: axes.set_xlim(0, 2),
    lambda axes: axes.set_xlabel('time (ms)'),
    lambda axes: axes.set_title('another'),
    lambda axes: axes.set_yscale('symlog'),
    lambda axes: axes.set_xticks([0, 0.3], ['a', 'b']),
    lambda axes: axes.grid(False),
    lambda axes: axes.tick_params(labelsize=5),
    lambda axes: axes.set_facecolor('pink'),
    lambda axes: axes.set_visible(False),
    lambda axes: axes.set_axis_off(),
    lambda axes: axes.set_position((0.1, 0.2, 0.3, 0.4)),
    lambda axes: axes.figure.set_size_inches(5, 3),
    lambda axes: axes.figure.set_facecolor('pink'),
], ids=['limits', 'label', 'title', 'scale', 'ticks', 'grid', 'tick labels', 'background', 'visible', 'axis off', 'position',
        'size', 'colour'])
def test_changed_frame_is_drawn_anew(picture, figure, change):
    change(figure.axes[0])
    np.testing.assert_array_equal(pixels(picture.file('png')), drawn_at_once(figure))
    assert picture.frames == 2


@pytest.mark.parametrize('change', [
    lambda figure: figure.axes[0].plot([0, 1], [1, 0]),
    lambda figure: figure.axes[0].lines[0].remove(),
    lambda figure: figure.axes[0].lines[0].set_visible(False),
    lambda figure: figure.axes[0].lines[0].set_zorder(0.1),
    lambda figure: figure.text(0.5, 0.5, 'word'),
    lambda figure: figure.add_axes((0.4, 0.4, 0.2, 0.2)),
], ids=['new', 'removed', 'invisible', 'beneath the grid', 'text of the figure', 'new axes'])
def test_other_artists(picture, figure, change):
    change(figure)
    np.testing.assert_array_equal(pixels(picture.file('png')), drawn_at_once(figure))


@pytest.mark.parametrize('place, frames', [
    (lambda axes: axes.axhline(1, zorder=STILL), 0),
    (lambda axes: axes.axvline(0.5, zorder=STILL), 1),
    (lambda axes: axes.scatter([0.2, 0.7], [1, 1.5], zorder=STILL), 1),
    (lambda axes: axes.annotate('here', (0.5, 1), (5, 5), textcoords='offset points', zorder=STILL), 1),
    (lambda axes: axes.spines['left'].set_position(('data', 0.5)), 1),
], ids=['horizontal', 'vertical', 'points', 'annotation', 'spine'])
def test_limits_of_an_invisible_axis_matter_only_for_what_is_placed_by_them(picture, figure, place, frames):
    axes = figure.axes[0]
    axes.xaxis.set_visible(False)
    place(axes)
    picture.file('png')
    before = picture.frames
    axes.set_xlim(0, 3)
    np.testing.assert_array_equal(pixels(picture.file('png')), drawn_at_once(figure))
    assert picture.frames == before + frames


def test_frame_of_other_axes_is_kept(picture, figure):
    drawn, axis = [], figure.axes[0].xaxis
    axis.draw = lambda renderer, draw=axis.draw: (drawn.append(1), draw(renderer))
    figure.axes[1].set_title('another')
    kept = pixels(picture.file('png'))
    assert picture.frames == 2 and not drawn
    np.testing.assert_array_equal(kept, drawn_at_once(figure))


def test_still_artists_are_drawn_with_the_frame(picture, figure):
    text, invisible = figure.axes[0].text(0.5, 1, 'still', zorder=STILL), figure.axes[0].text(0, 0, '', zorder=STILL)
    picture.file('png')
    frames = picture.frames
    picture.file('png')
    assert picture.frames == frames and not text.stale and not invisible.stale
    text.set_text('moved')
    np.testing.assert_array_equal(pixels(picture.file('png')), drawn_at_once(figure))
    assert picture.frames == frames + 1


def test_frames_are_kept_for_a_learner_who_goes_back_and_forth(picture, figure):
    axes = figure.axes[0]
    drawn = {limit: pixels(picture.file('png')) for limit in (1, 2, 3) if axes.set_xlim(0, limit)}
    frames = picture.frames
    for limit in (1, 3, 2):
        axes.set_xlim(0, limit)
        np.testing.assert_array_equal(pixels(picture.file('png')), drawn[limit])
    assert picture.frames == frames
    for limit in range(4, 5 + KEPT):
        axes.set_xlim(0, limit)
        picture.file('png')
    axes.set_xlim(0, 1)
    np.testing.assert_array_equal(pixels(picture.file('png')), drawn[1])
    assert picture.frames == frames + 1 + KEPT + 1


def test_no_frame_is_kept_after_an_artist_in_it_has_changed(picture, figure):
    axes = figure.axes[0]
    text = axes.text(0.5, 1, 'before', zorder=STILL)
    for limit in (1, 2):
        axes.set_xlim(0, limit)
        picture.file('png')
    text.set_text('after')
    for limit in (2, 1):
        axes.set_xlim(0, limit)
        np.testing.assert_array_equal(pixels(picture.file('png')), drawn_at_once(figure))


@pytest.mark.parametrize('change', [
    lambda axes: axes.title.set_fontweight('bold'),
    lambda axes: axes.xaxis.label.set_rotation(20),
    lambda axes: axes.yaxis.set_label_position('right'),
    lambda axes: setattr(axes.xaxis, 'labelpad', 12),
], ids=['weight', 'rotation', 'side', 'distance'])
def test_no_older_frame_is_shown_after_a_change_of_texts(picture, figure, change):
    axes = figure.axes[0]
    for limit in (2, 1):
        axes.set_xlim(0, limit)
        picture.file('png')
    axes.set_xlim(0, 2)
    change(axes)
    np.testing.assert_array_equal(pixels(picture.file('png')), drawn_at_once(figure))


def test_frames_of_removed_axes_are_not_kept(picture, figure):
    for _ in range(3):
        figure.add_axes((0.4, 0.4, 0.001, 0.001)).remove()
        figure.axes[1].remove() if len(figure.axes) > 1 else None
        picture.file('png')
    assert len(picture._kept) == len(figure.axes) == 1


def test_artists_are_left_as_they_were(picture, figure):
    assert not any(artist.get_animated() for axes in figure.axes for artist in axes.get_children())


def test_threads_that_move_controls_at_the_same_time_leave_the_picture_whole():
    explorer = widgets.DeviceResponse()
    explorer.file('png')
    moves = [dict(device=name, pulses=pulses) for name, pulses in (('EcRam', 200), ('ReRamES', 100), ('PCM', 500))]
    threads = [threading.Thread(target=lambda move=move: [explorer.set(**move) for _ in range(4)]) for move in moves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key: explorer.values[key] for key in ('device', 'pulses')} in moves
    assert_shown(explorer)


def test_drawing_changes_no_parameter_of_matplotlib():
    before = dict(mpl.rcParams)
    widgets.RooflineExplorer().file('png')
    assert dict(mpl.rcParams) == before
