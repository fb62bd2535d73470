"""The predictions, exercises and quizzes of lesson 4, training LeNet5 on analog tiles."""

from dataclasses import replace

from aihwlab.lessons.challenge import Challenge
from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.prediction import Guess, Prediction
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz
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

SAME_INPUT = Prediction(
    'The same input, 200 times',
    'An analog layer is given the same input 200 times, with nothing changed in between. What do its outputs look like?',
    [Option('200 times the same numbers, a little wrong',
            'Rounding in the converters and weights that miss their targets would look like this. But the amplifiers are '
            'noisy as well, and their noise is new each time.'),
     Option('A cloud around the exact numbers',
            'Each output scatters by about 0.1, the noise of its output line; its mean is right.', right=True),
     Option('Numbers that wander off, further each time',
            'They would if reading changed the cells. It does not: the noise is added behind them, and forgotten.')])

FOLLOWS_BEST = Prediction(
    'Which device follows best',
    'One training step is wanted, with weight changes between -0.02 and 0.02, carried by trains of at most 31 pulses. A '
    'single pulse changes a weight by 0.002 on EcRam and ReRamSB, and by 0.0002 on Idealized. On which device do the changes '
    'come nearest to those that are wanted?',
    [Option('Idealized: its steps are the finest',
            'They are, and that is the trouble: 31 steps of 0.0002 make 0.0062, less than a third of what the largest changes '
            'need. It is right only about the smallest ones.'),
     Option('EcRam',
            'Its steps are small enough to be precise and large enough to get there: 31 of them would make 0.062. The error '
            'that remains is little more than one step.', right=True),
     Option('ReRamSB: its steps are as large as those of EcRam',
            'The mean step is. But each pulse throws the weight that is read by 0.11 in a random direction, more than five '
            'times the largest change that is wanted.')])

COINCIDENCES = Quiz(
    'Pulses that meet',
    'An input is halved and the error of an output is doubled. Neither reaches the largest value that a pulse train can '
    'carry. What happens to the mean number of pulses that meet at the crosspoint?',
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

FIRST_EPOCH = Prediction(
    'One epoch',
    'How many of the test images does the network recognise after one epoch on EcRam cells, when it has seen each of 6,000 '
    'training images once?',
    guess=Guess('images recognised', 0, 100, 10, 80, unit='%', step=1, axis=(1, 'y')),
    explanation='That is about the mean of three runs, which the next cell prints; a single run may be some percent better or '
                'worse. The digital network does not learn much faster at this learning rate.')

CULPRIT = Prediction(
    'One flaw at a time',
    'ReRamSB has noisy steps (3.75 steps of noise in each), cells that differ, and weights that fluctuate when they are read '
    '(write noise, 56 steps). One of these flaws alone keeps the network from learning. Which?',
    [Option('The noise from pulse to pulse',
            'It looks worst in the picture, but it averages out: each step starts where the last one really ended. With a '
            'twelfth of it, the network still guesses.'),
     Option('The differences between cells',
            'Each weight is a little faster or slower than it should be, but goes the right way. With all cells alike, the '
            'network still guesses.'),
     Option('The write noise',
            'It is added to the state of the cell anew with each pulse, and every product and every gradient is computed with '
            'it. Without it, the network learns.', right=True)])

SYMMETRY_POINT = Exercise(
    title='Symmetry point',
    task='A cell with soft bounds changes by `dw_min * (1 - w / w_max)` with each pulse up, and by '
         '`-dw_min * (1 - asymmetry) * (1 - w / w_min)` with each pulse down; `w_min` is negative. '
         'Write `symmetry_point(w_min, w_max, asymmetry)`: the weight at which a step down is as large as a step up.\n\n'
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


def measured() -> object:
    """Return the configuration from which a better cell is to be made."""
    from aihwlab.simulator.presets import ReRamSBPreset  # here, since the questions of a lesson need no torch
    return ReRamSBPreset()


BETTER_CELL = Challenge(
    title='A better cell',
    task='How much write noise can the network bear? Start from `ReRamSBPreset` and find the largest `write_noise_std`, 10 or '
         'more, with which it still recognises more than half of the test images: with each of three seeds, since a single '
         'training may be lucky. Nothing else may be changed. Call the configuration `config`.\n\n'
         'Three short trainings take some seconds each; the first that fails ends it. Your best results are listed here.',
    solution='''
        from aihwlab.simulator.presets import ReRamSBPreset

        config = ReRamSBPreset()
        config.device.write_noise_std = 10  # it works with a little more, too
    ''',
    start=measured, parameter='device.write_noise_std', least=10, goal=50,
    hints=['Without write noise the network learns; with 56 steps it does not. Halve the interval a few times.'])


def progress() -> Progress:
    """Return the list of what has been done."""
    return Progress('Lesson 4', [MULTIPLICATIONS, SAME_INPUT, FOLLOWS_BEST, COINCIDENCES, FIRST_EPOCH, SYMMETRY_POINT, CULPRIT,
                                 AVERAGING, OUTPUT_NOISE, BETTER_CELL])
