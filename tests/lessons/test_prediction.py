"""Predictions: the picture comes after the answer, and keeps it."""

import pytest

from aihwlab.lessons.prediction import Guess, Prediction
from aihwlab.lessons.quiz import Option
from aihwlab.widgets import PCMPulseExplorer

OPTIONS = [Option('more', 'Only if it cools fast.'), Option('less', 'It crystallises.', right=True)]
EDGE = Guess('trailing edge', 0, 200, 50, truth=130, unit='ns', axis=(1, 'x'))


@pytest.fixture(scope='module')
def explorer():
    return PCMPulseExplorer()


def choice():
    return Prediction('A slow edge', 'More glass, or `less`?', OPTIONS)


def number(**change):
    return Prediction('An edge', 'Which edge?', guess=EDGE, explanation='The dome shrinks from its rim.', **change)


def test_picture_comes_after_the_answer(explorer):
    prediction = choice().before(explorer)
    assert prediction.shown.children == () and not prediction.done and prediction.feedback.value == ''
    prediction.button.click()
    assert prediction.shown.children == () and 'Choose an answer first' in prediction.feedback.value
    prediction.choices.value = 'more'
    prediction.button.click()
    assert prediction.shown.children == (explorer,) and prediction.done
    assert explorer.foot.get_text() == 'predicted: more' and explorer.text.endswith(' Predicted: more.')
    assert prediction.choices.disabled and prediction.button.disabled


def test_verdict_is_folded_and_gives_the_right_answer_too():
    prediction = choice()
    prediction.answer('more')
    verdict = prediction.feedback.value
    assert verdict.startswith('<details>') and 'You predicted: more' in verdict
    assert 'not as predicted' in verdict and 'Only if it cools fast.' in verdict and 'less. It crystallises.' in verdict
    prediction = choice()
    prediction.answer('less')
    assert 'as predicted:' in prediction.feedback.value and 'not as' not in prediction.feedback.value


def test_number_is_a_line_in_the_picture_and_its_distance_is_said(explorer):
    prediction = number().before(explorer)
    prediction.choices.value = 50
    prediction.button.click()
    line, = explorer.marks
    assert line.axes is explorer.figure.axes[1] and list(line.get_xdata()) == [50, 50]
    assert explorer.foot.get_text() == 'predicted: 50 ns'
    assert '50 ns is 80 ns too low; it is 130 ns. The dome shrinks' in prediction.feedback.value


@pytest.mark.parametrize('value, close, distance', [
    (130, True, 'exactly right'), (150, True, '20 ns too high'), (109, False, '21 ns too low')])
def test_distance(value, close, distance):
    assert EDGE.is_close(value) is close and EDGE.distance(value) == distance


@pytest.mark.parametrize('value, close, distance', [
    (100.0, False, '10 times too high'), (12.0, True, '1.2 times too high'), (0.1, False, '100 times too low')])
def test_distance_on_a_logarithmic_scale(value, close, distance):
    guess = Guess('ratio', 0.1, 1000, 1, truth=10, scale='log')
    assert guess.is_close(value) is close and guess.distance(value) == distance


def test_picture_grows_once_for_the_line_at_its_foot(explorer):
    first, second = choice(), number()
    first.before(explorer).answer('less')
    height = explorer.figure.get_size_inches()[1]
    second.before(explorer).answer(60)
    assert explorer.figure.get_size_inches()[1] == height and len(explorer.marks) == 1


def test_reader_without_a_kernel_sees_question_answers_and_picture(explorer):
    page = choice().before(explorer)._repr_html_()
    assert '<code>less</code>' in page and page.count('<details>') == 2 and 'It crystallises.' in page
    assert '<img src="data:image/png;base64,' in page and 'alt="The pulse of 20.0 pJ' in page
    assert page.rindex('<details>') < page.rindex('<img') and '</details>' not in page[page.rindex('<img'):]
    assert '130 ns. The dome shrinks from its rim.' in number()._repr_html_()


def test_jupyter_shows_the_question_live(explorer):
    prediction = choice().before(explorer)
    data = prediction._repr_mimebundle_()
    assert data['application/vnd.jupyter.widget-view+json']['model_id'] == prediction.panel.model_id


def test_forget_asks_again(explorer):
    prediction = choice().before(explorer)
    prediction.answer('more')
    prediction.forget()
    assert prediction.shown.children == () and not prediction.done and prediction.choices.value is None
    assert not prediction.choices.disabled and prediction.feedback.value == ''


@pytest.mark.parametrize('value', ['nothing of the kind', 300, -1])
def test_impossible_answers_are_refused(value):
    prediction = choice() if isinstance(value, str) else number()
    with pytest.raises(ValueError, match='not a possible answer'):
        prediction.answer(value)
    assert not prediction.done


@pytest.mark.parametrize('arguments', [
    dict(), dict(options=OPTIONS[:1]), dict(options=[OPTIONS[0], OPTIONS[0]]), dict(guess=EDGE),
    dict(options=OPTIONS, guess=EDGE, explanation='x'), dict(options=[Option('a', 'x'), Option('b', 'y')])])
def test_impossible_predictions_are_refused(arguments):
    with pytest.raises(ValueError, match='prediction'):
        Prediction('title', 'question', **arguments)


@pytest.mark.parametrize('change', [dict(scale='cubic'), dict(low=300), dict(start=-1), dict(truth=201), dict(scale='log')])
def test_impossible_guesses_are_refused(change):
    with pytest.raises(ValueError, match='trailing edge'):
        Guess(**{**dict(name='trailing edge', low=0, high=200, start=50, truth=130), **change})
