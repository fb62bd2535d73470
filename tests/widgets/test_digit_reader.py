"""The chip that reads digits: what is written, what is shown, and how it ages."""

import base64
import sys

import numpy as np
import pytest
from PIL import Image

from aihwlab.models import lenet5_matrices
from aihwlab.physics.programmed_lenet5 import ProgrammedLeNet5
from aihwlab.widgets import DigitReader
from aihwlab.widgets.digit_canvas import INK, SIDE, digit_canvas, like_mnist
from aihwlab.widgets.digit_reader import OF_EACH, READINGS, WRITTEN, examples, images_of_each

YEAR = 10 ** 7.5
PERFECT = dict(programming=0.0, spread=0.0, reading=0.0, adc_bits=12)


def ink_of(image, scale=4, down=0, across=0):
    """Return what the canvas sends if an image [28, 28] is written on it, larger and anywhere."""
    paper = np.zeros((SIDE, SIDE), np.uint8)
    large = np.asarray(Image.fromarray((255 * image).astype(np.uint8)).resize((28 * scale,) * 2,
                                                                                Image.Resampling.BILINEAR))
    paper[down:down + 28 * scale, across:across + 28 * scale] = large
    return paper.tobytes()


@pytest.fixture(scope='module')
def reader():
    reader = DigitReader()
    yield reader
    reader.close()


@pytest.fixture(autouse=True)
def opening_state(request):
    yield
    if 'reader' in request.fixturenames:
        request.getfixturevalue('reader').reset()


# What is written


def test_what_is_written_is_read_wherever_it_stands_and_however_large():
    places = dict(scale=4), dict(scale=3, down=20, across=40), dict(scale=5)
    written = np.array([like_mnist(ink_of(image, **place)) for image in examples() for place in places])
    read = ProgrammedLeNet5(lenet5_matrices(), written).exact().argmax(axis=1)
    assert read.tolist() == np.repeat(range(10), len(places)).tolist()


def test_size_and_place_are_those_of_mnist():
    paper = np.zeros((SIDE, SIDE), np.uint8)
    paper[30:110, 60:70] = 255
    rows, columns = np.nonzero(like_mnist(paper.tobytes()))
    assert np.ptp(rows) + 1 == INK and 2 <= np.ptp(columns) + 1 <= 3
    assert rows.mean() == pytest.approx(13.5, abs=0.6) and columns.mean() == pytest.approx(13.5, abs=0.6)


@pytest.mark.parametrize('ink', [b'', bytes(SIDE ** 2), b'1'])
def test_without_ink_there_is_no_digit(ink):
    assert not like_mnist(ink).any()


def test_a_dot_is_an_image_too():
    paper = np.zeros((SIDE, SIDE), np.uint8)
    paper[0, 0] = 255
    assert np.isfinite(like_mnist(paper.tobytes())).all()


# The canvas


def test_what_the_browser_sends_is_read(reader):
    if reader.paper is None:
        pytest.skip('anywidget is not installed')
    reader.set(**PERFECT)
    reader.paper._handle_msg({'content': {'data': {'method': 'update', 'state': {'ink': None}, 'buffer_paths': [['ink']]}},
                              'buffers': [memoryview(ink_of(examples()[7]))]})
    assert reader.values['digit'] == WRITTEN and reader.error is None
    assert 'read as 7 in 20 of 20 readings' in reader.text
    np.testing.assert_array_equal(reader.view.image.get_array(), reader.written)
    before = reader.paper.cleared
    reader.clear_button.click()
    assert reader.paper.cleared == before + 1


def test_an_empty_canvas_says_what_to_do(reader):
    reader.write(np.zeros((28, 28)))
    assert 'write one' in reader.text and reader.error is None


def test_colab_has_no_canvas_but_digits_to_choose_from(monkeypatch):
    monkeypatch.setitem(sys.modules, 'google.colab', sys)
    assert digit_canvas() is None
    reader = DigitReader()
    assert reader.paper is None and len(reader.controls['digit'].options) == 11
    reader.controls['digit'].value = '8'
    assert reader.error is None and 'read as 8' in reader.text
    reader.close()


# What is shown


def test_artists_show_the_result(reader):
    result, view = reader.result, reader.view
    assert result.votes.sum() == READINGS and result.probabilities.sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose([bar.get_height() for bar in view.bars], result.probabilities)
    np.testing.assert_allclose(view.exact.get_ydata(), result.exact)
    assert len(view.marks.get_xdata()) == result.misread.sum()
    assert view.all.get_title() == f'{100 - result.misread.sum()} of 100 read right'
    for x, y in zip(*view.marks.get_data()):
        assert result.misread[int(y // 28), int(x // 28)]


def test_a_perfect_chip_reads_as_exact_arithmetic_does(reader):
    reader.set(compensation='on', time=1.0, **PERFECT)
    np.testing.assert_allclose(reader.result.probabilities, reader.result.exact, atol=0.02)
    assert f'outputs off by {100 * reader.result.error:.2f} %' == reader.view.caption.get_text()


def test_the_error_of_the_outputs_grows_with_each_flaw(reader):
    reader.set(**PERFECT)
    least = reader.result.error
    assert 0 < least < 0.05
    for flaw in (dict(programming=2.0), dict(spread=2.0, time=YEAR), dict(reading=2.0), dict(adc_bits=4)):
        reader.set(**{**PERFECT, 'time': 1.0, **flaw})
        assert reader.result.error > 1.2 * least


def test_counted_images_are_not_among_those_to_choose_from():
    assert images_of_each().shape == (10, OF_EACH + 1, 28, 28)
    assert not any((examples()[digit] == image).all() for digit in range(10) for image in images_of_each()[digit, :OF_EACH])


def test_picture_and_sentence_follow_each_control(reader):
    changes = dict(time=YEAR, compensation='off', training='aware of the hardware', digit='5', programming=2.0, spread=2.0,
                   reading=2.0, adc_bits=5, chip=2)
    for name, value in changes.items():
        before = reader.picture.value
        reader.controls[name].value = value
        assert reader.error is None and reader.picture.value != before, name
    assert '1 year after programming, drift compensation off' in reader.status.value


def test_going_back_shows_the_same_picture(reader):
    reader.set(time=YEAR, adc_bits=5)
    before = reader.picture.value
    reader.set(time=1.0, chip=3)
    reader.set(time=YEAR, chip=1)
    assert reader.picture.value == before


def test_the_saved_picture_and_its_text(reader):
    data, metadata = reader._repr_mimebundle_()
    assert base64.b64decode(data['image/png']).startswith(b'\x89PNG')
    assert metadata['image/png']['alt'] == data['text/plain'] == reader.text


# How it ages


def misread(reader, **values):
    reader.set(**values)
    return int(reader.result.misread.sum())


def test_with_few_bits_and_without_compensation_a_year_is_too_long(reader):
    """17 of 100 images are misread, against 1 to 3."""
    late = misread(reader, time=YEAR, compensation='off', adc_bits=5)
    assert late > 10 and misread(reader, time=1.0) < 5
    assert misread(reader, time=YEAR, compensation='on') < late / 2
    assert misread(reader, compensation='off', adc_bits=9) < late / 2
