"""The exercises and quizzes of lesson 4, training LeNet5 on analog tiles."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz
from aihwlab.lessons.task import Task
from aihwlab.simulator.configs.devices import SoftBoundsReferenceDevice

MULTIPLICATIONS = Exercise(
    title='Multiplications for one image',
    task='How many multiplications do the four tiles do for one image? Count one for each crosspoint, every time its tile is '
         'used. Call the number `multiplications`.',
    answer='multiplications',
    solution='''
        tiles = [(16, 25, 24 * 24), (32, 400, 8 * 8), (128, 512, 1), (10, 128, 1)]  # outputs, inputs, how often
        multiplications = sum(outputs * inputs * times for outputs, inputs, times in tiles)
    ''',
    hints=['The first convolution is used once for each of the 24 × 24 pixels of its output maps.',
           'The maps of the second convolution have 8 × 8 pixels, since pooling reduces those of the first from 24 to 12.'],
    properties=[Property('all four tiles are counted as often as they are used', expected=1_116_416, rtol=0,
                         hint='The second tile alone does 32 · 400 · 64 = 819,200.')])

COINCIDENCES = Quiz(
    'Pulses that meet',
    'An input is halved and the error of the row is doubled. Neither reaches the largest value that a pulse train can carry. '
    'What happens to the mean number of pulses that meet at the crosspoint?',
    [Option('It stays the same',
            'Half as many pulses on one wire meet twice as many on the other: the mean follows the product of the two.',
            right=True),
     Option('It doubles',
            'That is what happens if only the error is doubled; here the other wire carries half as many pulses.'),
     Option('It halves',
            'That is what happens if only the input is halved; here the other wire carries twice as many pulses.'),
     Option('It is zero, because pulses are rarer',
            'Pulses meet by chance: less often if they are rarer, but with a mean that follows the product of the two '
            'probabilities.')])

SYMMETRY_POINT = Exercise(
    title='Symmetry point',
    task='A cell with soft bounds changes by `dw_min * (1 - w / w_max)` with each pulse up, and by '
         '`-dw_min * (1 - asymmetry) * (1 - w / w_min)` with each pulse down; `w_min` is negative. '
         'Write `symmetry_point(w_min, w_max, asymmetry)`: the weight at which both steps have the same size.\n\n'
         'Compare with `DeviceResponse({"mine": SoftBoundsDevice(w_min=-1, w_max=1)}, up_down=0.5)`.',
    answer='symmetry_point',
    solution='''
        def symmetry_point(w_min, w_max, asymmetry):
            return asymmetry / (1 / w_max - (1 - asymmetry) / w_min)
    ''',
    hints=['Set the sizes of the two steps equal; `dw_min` cancels out.',
           'In $1 - w/w_{max} = (1 - a)(1 - w/w_{min})$, collect the terms with $w$ on one side.'],
    properties=[
        Property('without asymmetry the steps are equal at zero, wherever the bounds are',
                 lambda point: point(-0.75, 1.25, 0.0), 0.0, atol=1e-12),
        Property('without any step down the weight ends at the upper bound', lambda point: point(-0.5, 0.8, 1.0), 0.8),
        Property('at the symmetry point the steps cancel',
                 lambda point: (1 - point(-0.6, 0.9, 0.3) / 0.9) - 0.7 * (1 - point(-0.6, 0.9, 0.3) / -0.6), 0.0,
                 atol=1e-9),
        Property('weaker steps down move the point up', lambda point: bool(point(-1.0, 1.0, 0.5) > point(-1.0, 1.0, 0.1)))])

AVERAGING = Quiz(
    'What averages out',
    'A ReRamSB cell gets 100 pulses up. Each step has a noise of 3.75 steps, and the weight that is read has a write noise of '
    '56 steps on top. What is the standard deviation of the weight that is read, in steps, if the two are independent?',
    [Option('375 + 56',
            'Independent errors do not add up like this: some go up, some down. What adds up is their variances.'),
     Option('The square root of 37.5² + 56², about 67',
            '100 independent steps have a noise of √100 · 3.75 = 37.5 steps around their mean of 100. Write noise is there '
            'once, after one pulse just as after a million.', right=True),
     Option('3.75 + 56',
            'That is the noise of a single step: it grows with the square root of the number of steps. And independent '
            'errors add up as squares.'),
     Option('The square root of 37.5² + 560², about 561',
            'Write noise does not pile up: each pulse replaces that of the pulse before, and the state of the cell is not '
            'moved by it.')])


def output_noise_of(device: SoftBoundsReferenceDevice, inputs: int) -> float:
    """Return the standard deviation of an output due to write noise, for inputs of +1 or -1."""
    return device.write_noise_std * device.dw_min * inputs ** 0.5


def cell(**parameters: float) -> SoftBoundsReferenceDevice:
    """Return a device like the one in the exercise, with some parameters changed."""
    return replace(SoftBoundsReferenceDevice(dw_min=0.002, write_noise_std=56), **parameters)


OUTPUT_NOISE = Exercise(
    title='Noise of an output due to write noise',
    task='Write `output_noise(device, inputs)`: the standard deviation of one output of a tile due to write noise alone, when '
         'all `inputs` inputs are +1 or -1. The write noise of one weight is `device.write_noise_std` steps of '
         '`device.dw_min`, and it is independent from cell to cell.',
    answer='output_noise',
    solution='''
        def output_noise(device, inputs):
            return device.write_noise_std * device.dw_min * inputs ** 0.5
    ''',
    hints=['The output is the sum of as many terms as there are inputs.', 'Variances of independent terms add up.'],
    properties=[
        Property('one input: the write noise of one weight', lambda noise: noise(cell(), 1), output_noise_of(cell(), 1)),
        Property('no write noise, no noise', lambda noise: noise(cell(write_noise_std=0), 128), 0.0, atol=1e-12),
        Property('four times the inputs, twice the noise', lambda noise: noise(cell(), 512) / noise(cell(), 128), 2.0),
        Property('smaller steps, less noise', lambda noise: noise(cell(dw_min=0.001), 64),
                 output_noise_of(cell(dw_min=0.001), 64))])


def better_cell(trained_accuracy: Callable[[Any], float]) -> Exercise:
    """Return the exercise of designing a cell that learns.

    Args:
        trained_accuracy: function (rpu_config) -> percentage of test images recognised after training.
    """
    return Exercise(
        title='A better cell',
        task='How much write noise can the network bear? Find the largest `write_noise_std` with which it still recognises '
             'more than half of the test images. Set `config = with_device(write_noise_std=...)` to 10 or more. '
             'Nothing else may be changed.',
        answer='config',
        solution='''
            from aihwlab.simulator.presets import ReRamSBPreset

            config = ReRamSBPreset()
            config.device.write_noise_std = 10
        ''',
        hints=['Without write noise the network learns; with 56 steps it does not. Halve the interval a few times.'],
        properties=[
            Property('a configuration whose write noise is 10 steps or more',
                     lambda config: config.device.write_noise_std >= 10),
            Property('more than half of the test images are recognised',
                     lambda config: trained_accuracy(config) > 50)])


def progress(*others: Task) -> Progress:
    """Return the list of what has been done, with further tasks at its end."""
    return Progress('Lesson 4', [MULTIPLICATIONS, COINCIDENCES, SYMMETRY_POINT, AVERAGING, OUTPUT_NOISE, *others])
