"""A trained network on a chip that ages: it reads a digit that you write, and a hundred digits from MNIST."""

from functools import cache, lru_cache
from typing import NamedTuple

import ipywidgets as W
import numpy as np
from matplotlib.figure import Figure
from scipy.special import softmax

from aihwlab.datasets.mnist_subset import read_subset
from aihwlab.models import lenet5_matrices
from aihwlab.physics.programmed_lenet5 import Age, ProgrammedLeNet5
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.digit_canvas import digit_canvas, like_mnist
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.frame import STILL
from aihwlab.widgets.layout import NARROW
from aihwlab.widgets.style import BLACK, BLUE, RED, tidy
from aihwlab.widgets.words import time_in_words

OF_EACH = 10
"""Test images of each digit."""

READINGS = 20
"""How many times the digit is read; each time the converters have other noise."""

TRAININGS = {'as usual': 'plain', 'aware of the hardware': 'aware'}
"""The networks to choose from."""

WRITTEN = 'yours'
"""The option for the digit that was written."""

CONTROLS = {
    'time': Slider('time since programming', 1.0, 1.0, 1e9, 0.25, unit='s', symbol='t', scale='log', words=time_in_words,
                   help='Cells drift, each with an exponent of its own, and are read with ever more noise.'),
    'compensation': Choice('drift compensation', 'on', ('on', 'off'),
                           help='One factor for all outputs of a tile, measured anew at each age.'),
    'training': Choice('trained', 'as usual', tuple(TRAININGS), help='Two networks for the same task.'),
    'digit': Choice('digit to read', '3', (*map(str, range(10)), WRITTEN), help='From MNIST, or the one that you write.'),
    'programming': Slider('programming noise', 1.0, 0.0, 4.0, 0.25, unit='× measured',
                          help='How far conductances are off after programming.'),
    'spread': Slider('spread of the drift exponents', 1.0, 0.0, 4.0, 0.25, unit='× measured',
                     help='0: all cells with the same target drift alike.'),
    'reading': Slider('read noise', 1.0, 0.0, 4.0, 0.25, unit='× measured', help='1/f noise of the cells, which grows.'),
    'adc_bits': Slider('bits of the ADC', 9, 3, 12, 1, help='Resolution of the outputs of each tile.'),
    'chip': Slider('chip', 1, 1, 20, 1, help='Another chip: the same weights, other devices.'),
}


class Reading(NamedTuple):
    """What a chip makes of images.

    Attributes:
        image: the digit, [28, 28].
        probabilities: for each digit, the mean of all readings, [10].
        exact: the same in exact arithmetic, [10].
        votes: how many readings end with each digit, [10].
        misread: which of the test images are misread, [digit, image].
        error: of the outputs in front of the softmax for the test images, relative to how much they vary.
    """

    image: np.ndarray
    probabilities: np.ndarray
    exact: np.ndarray
    votes: np.ndarray
    misread: np.ndarray
    error: float


class DigitReader(Explorer):
    """Write a digit, and let a chip of any age read it, together with a hundred digits from MNIST.

    Where the page cannot show the canvas (see `aihwlab.widgets.digit_canvas`), there are ten digits to choose from.

    Example:
        >>> DigitReader(time=1e7, compensation='off')

    Args:
        start: values to open with, by the names of the controls: `time` (s), `compensation`, `training`, `digit`,
            `programming`, `spread`, `reading`, `adc_bits` and `chip`.

    Attributes:
        paper: to write on, or None.
        written: the digit that was written, [28, 28], from 0 to 1.
    """

    def __init__(self, **start: Value) -> None:
        self.written = np.zeros((28, 28), np.float32)
        self.paper = digit_canvas()
        super().__init__(self.read, ReadingView, CONTROLS, figsize=(7.8, 3.9), **start)
        if self.paper is not None:
            self.clear_button = W.Button(description='Clear', icon='eraser', tooltip='New paper', layout=NARROW)
            self.clear_button.on_click(lambda _: self.clear())
            self.paper.observe(lambda change: self.write(like_mnist(change['new'])), 'ink')
            self.add(W.HBox([self.paper, W.VBox([W.HTML('Write a digit.'), self.clear_button])]))

    def write(self, image: np.ndarray) -> None:
        """Read an image [28, 28], white on black, from 0 to 1, in place of the one that was written before."""
        with self.moving:
            self.written = np.asarray(image, np.float32)
            self.answer('digit', WRITTEN)

    def clear(self) -> None:
        """Take new paper."""
        self.paper.cleared += 1

    def read(self, training: str, digit: str, chip: int, compensation: str, **age: float) -> Reading:
        """Return what a chip makes of the digit and of the test images: the model of the explorer."""
        network = programmed(TRAININGS[training], chip)
        image = self.written if digit == WRITTEN else examples()[int(digit)]
        network.replace(np.repeat(image[None], READINGS, axis=0), 10 * OF_EACH)
        tested, read = np.split(network.outputs(Age(compensated=compensation == 'on', **age)), [10 * OF_EACH])
        misread = tested.argmax(axis=1).reshape(10, OF_EACH) != np.arange(10)[:, None]
        votes = np.bincount(read.argmax(axis=1), minlength=10)
        wanted, of_digit = exact_outputs(TRAININGS[training]), exact(TRAININGS[training], image.tobytes())
        error = float(np.sqrt(np.mean((tested - wanted) ** 2)) / wanted.std())
        return Reading(image, softmax(read, axis=1).mean(axis=0), of_digit, votes, misread, error)


@cache
def images_of_each() -> np.ndarray:
    """Return images of MNIST for tests, from 0 to 1, `[digit, image, 28, 28]`: of each digit the first that are bundled."""
    _, _, images, labels = read_subset()
    chosen = [np.flatnonzero(labels == digit)[:OF_EACH + 1] for digit in range(10)]
    return images[np.array(chosen)] / np.float32(255)


def examples() -> np.ndarray:
    """Return an image of each digit that is not among those that are counted, [10, 28, 28]."""
    return images_of_each()[:, OF_EACH]


@lru_cache(maxsize=4)
def programmed(training: str, chip: int) -> ProgrammedLeNet5:
    """Return a chip with a bundled network, and room for the readings of a digit."""
    images = images_of_each()[:, :OF_EACH].reshape(-1, 28, 28)
    return ProgrammedLeNet5(lenet5_matrices(training), np.concatenate([images, np.zeros((READINGS, 28, 28))]), seed=chip)


@cache
def exact_outputs(training: str) -> np.ndarray:
    """Return the outputs of exact arithmetic for the test images, [images, 10]."""
    return programmed(training, 1).exact()[:10 * OF_EACH]


@lru_cache(maxsize=8)
def exact(training: str, image: bytes) -> np.ndarray:
    """Return the probabilities that exact arithmetic gives the ten digits for an image, [10]."""
    pixels = np.frombuffer(image, np.float32).reshape(1, 28, 28)
    return softmax(ProgrammedLeNet5(lenet5_matrices(training), pixels).exact(), axis=1)[0]


class ReadingView:
    """The digit and what it is taken for on the left, and the test images on the right, with those that are misread marked."""

    def __init__(self, figure: Figure) -> None:
        places = figure.subplot_mosaic([['digit', 'all'], ['votes', 'all']], width_ratios=(1, 1.35), height_ratios=(1, 1.15))
        self.digit, self.votes, self.all = places['digit'], places['votes'], places['all']
        for axes in (self.digit, self.all):
            axes.set(xticks=[], yticks=[])
        self.image = self.digit.imshow(np.zeros((28, 28)), cmap='gray_r', vmin=0, vmax=1)
        self.digit.set_title('the digit')
        self.votes.set(xlabel='read as', ylabel='probability', ylim=(0, 1.05), xlim=(-0.6, 9.6), xticks=range(10),
                       yticks=[0, 0.5, 1])
        tidy(self.votes)
        self.bars = self.votes.bar(range(10), [0] * 10, color=BLUE, width=0.7)
        self.outline, = self.votes.plot([], [], 'o', color=BLUE, markersize=4, label=f'chip, mean of {READINGS}')
        self.exact, = self.votes.plot([], [], '_', color=BLACK, markersize=12, markeredgewidth=2, label='exact')
        self.votes.legend(loc='upper left', bbox_to_anchor=(-0.03, 1.25), frameon=False, fontsize='small', ncols=2,
                          handletextpad=0.3, columnspacing=1)
        mosaic = images_of_each()[:, :OF_EACH].transpose(0, 2, 1, 3).reshape(10 * 28, -1)
        self.all.imshow(mosaic, cmap='gray_r', vmin=0, vmax=1.6, zorder=STILL - 0.1)
        self.all.spines[:].set_visible(False)
        self.caption = self.all.text(0.5, -0.01, 'outputs', transform=self.all.transAxes, ha='center', va='top')
        self.marks, = self.all.plot([], [], 's', color=RED, fillstyle='none', markersize=20, markeredgewidth=2)
        self.curves = [self.outline, self.marks]

    def update(self, result: Reading) -> None:
        self.image.set_data(result.image)
        for bar, height in zip(self.bars, result.probabilities):
            bar.set_height(height)
        self.outline.set_data(range(10), result.probabilities)
        self.exact.set_data(range(10), result.exact)
        rows, columns = np.nonzero(result.misread)
        self.marks.set_data(28 * columns + 13.5, 28 * rows + 13.5)
        self.caption.set_text(f'outputs off by {100 * result.error:.2f} %')
        self.all.set_title(f'{result.misread.size - result.misread.sum()} of {result.misread.size} read right')

    def describe(self, values: Values, result: Reading) -> str:
        wrong = int(result.misread.sum())
        sentence = f'{time_in_words(values["time"])} after programming, drift compensation {values["compensation"]}: '
        sentence += f'{result.misread.size - wrong} of {result.misread.size} test images are read right, '
        sentence += f'with outputs that are off by {100 * result.error:.1f} %. '
        if not result.image.any():
            return sentence + 'There is no digit yet: write one.'
        best = int(result.probabilities.argmax())
        return sentence + (f'The digit is read as {best} in {result.votes[best]} of {READINGS} readings, with a probability '
                           f'of {100 * result.probabilities[best]:.0f} %; exact arithmetic reads {int(result.exact.argmax())} '
                           f'({100 * result.exact.max():.0f} %).')
