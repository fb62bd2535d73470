"""The predictions, exercises and quizzes of lesson 6, a trained network on a chip that ages."""

import numpy as np

from aihwlab.lessons.challenge import Challenge
from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.prediction import Guess, Prediction
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz

YEAR = 365.25 * 86400.0
"""Seconds in a year."""

EMPTY_CELLS = Prediction(
    'Cells that should be empty',
    'A weight is the difference of two conductances, so that at least one cell of each pair should have none at all. Cells '
    'are programmed until they are near enough to their targets. Where do those with the target 0 end up?',
    [Option('At 0 exactly: nothing has to be written',
            'They have been pulsed before, like all others, and are brought back to a conductance near 0, not to 0.'),
     Option('Half of them a little above 0, the other half at 0',
            'The error goes both ways, with a spread of 0.26 µS, but no conductance is negative: what would lie below 0 is 0.',
            right=True),
     Option('Around 0, as far below as above',
            'That is what happens to the difference of a pair. A single conductance cannot be negative.')])

PAIR_ERROR = Exercise(
    title='The error of a pair',
    task='Write `pair_error(spread_plus, spread_minus, scale)`: the standard deviation of a weight whose two conductances '
         'were programmed with the standard deviations `spread_plus` and `spread_minus` (µS), independently. `scale` is the '
         'conductance that stands for a weight of 1 (µS).',
    answer='pair_error',
    solution='''
        def pair_error(spread_plus, spread_minus, scale):
            return (spread_plus ** 2 + spread_minus ** 2) ** 0.5 / scale
    ''',
    hints=['The weight is $(G_+ - G_-)$ divided by the scale.',
           'Variances of independent errors add up, also in a difference.'],
    properties=[
        Property('a cell alone: its own spread, in weights', lambda error: error(1.0, 0.0, 25.0), 0.04),
        Property('both cells count, whichever is which', lambda error: error(0.3, 0.8, 25.0) - error(0.8, 0.3, 25.0), 0.0,
                 atol=1e-12),
        Property('3 and 4 make 5', lambda error: error(0.3, 0.4, 1.0), 0.5),
        Property('a scale that is twice as large halves the error', lambda error: error(1, 1, 20) / error(1, 1, 40), 2.0)])

AFTER_A_YEAR = Prediction(
    'A year later',
    'A chip is programmed with a network, and reads 100 of 100 handwritten digits right. It lies in a drawer for a year. All '
    'its cells lose conductance meanwhile, those of large weights about half, and nothing is done about that. How many of '
    'the digits does it still read right?',
    guess=Guess('digits read right', 0, 100, 50, 99, step=1),
    explanation='The cells that carry most of the current lose nearly the same share, so that all outputs shrink together, '
                'and the largest one stays the largest. What has fallen is how sure the network is of it: look at the bars.')

COMMON_FACTOR = Quiz(
    'What the factor cannot know',
    'Compensation multiplies all outputs of a tile by one number, found by measuring the tile again. What stays wrong after '
    'it?',
    [Option('Nothing, if it is measured often enough',
            'However often: it is one number for thousands of cells, each of which has an exponent of its own.'),
     Option('The differences between the drift exponents of the cells',
            'The factor undoes what all cells have in common. Their differences grow with the logarithm of time. (Read noise '
            'stays, too.)', right=True),
     Option('The mean loss of conductance',
            'That is the very thing it undoes.'),
     Option('The signs of the weights',
            'Both cells of a pair drift, but neither becomes the larger one by that, except where the weight was almost 0.')])

COMPENSATION = Exercise(
    title='Drift compensation',
    task='Write `compensation(first, now)`: the factor by which the outputs of a tile are multiplied, from its weights just '
         'after programming and from the weights that are read now, both arrays [out, in]. With it, the mean absolute weight '
         'is what it was.',
    answer='compensation',
    solution='''
        def compensation(first, now):
            return abs(first).mean() / abs(now).mean()
    ''',
    hints=['Weights have signs, and their mean is almost zero: take absolute values first.',
           'If weights have become smaller, the factor is larger than 1.'],
    properties=[
        Property('no drift, no factor', lambda factor: factor(weights(), weights()), 1.0),
        Property('half of each weight is left: twice', lambda factor: factor(weights(), 0.5 * weights()), 2.0),
        Property('signs do not matter', lambda factor: factor(weights(), -0.8 * weights()), 1.25),
        Property('it is one number for all outputs', lambda factor: np.ndim(factor(weights(), 0.9 * weights())), 0, rtol=0)])

LEFT_OVER = Exercise(
    title='What compensation leaves',
    task='Drift exponents have a mean of 0.05 and a standard deviation `spread`. Write `left_over(spread, time)`: the '
         'relative standard deviation of conductances that were all the same, a time (s) after the first reading at $t_0 = '
         '20$ s, once the mean drift is undone. For small spreads, $(t/t_0)^{-\\nu}$ is nearly linear in $\\nu$ around its '
         'mean. Here $t = t_0$ + `time`.',
    answer='left_over',
    solution='''
        from math import log

        def left_over(spread, time):
            return spread * log((time + 20) / 20)
    ''',
    hints=['$(t/t_0)^{-\\nu} = e^{-\\nu \\ln(t/t_0)}$.',
           'If $\\nu$ is off by $\\delta$, the exponential changes by the factor $1 - \\delta \\ln(t/t_0)$.'],
    properties=[
        Property('just after programming nothing has happened', lambda left: left(0.01, 0.0), 0.0, atol=1e-12),
        Property('no spread, nothing left over', lambda left: left(0.0, 1e7), 0.0, atol=1e-12),
        Property('a spread of 0.01 after a day', lambda left: left(0.01, 86400.0), 0.01 * np.log(86420 / 20)),
        Property('twice the spread, twice as much', lambda left: left(0.02, 1e6) / left(0.01, 1e6), 2.0)])

COSTLIEST = Prediction(
    'Which flaw costs most',
    'A year after programming, with drift compensation and converters of 7 and 9 bits, the outputs of the network are off by '
    'about 9 %. One flaw is taken away at a time. Which one lowers the error most when it is gone?',
    [Option('Programming noise',
            'Without it the error is still about 8 %: it has been there from the first second, and does not grow.'),
     Option('Drift',
            'Compensation undoes what all cells have in common. Each cell has an exponent of its own, though, and after a '
            'year these differences are the largest part of what is left: without drift the error is about 7 %.', right=True),
     Option('Read noise',
            'It is the second largest: it grows, but only with the root of the logarithm of time.'),
     Option('Noise and steps of the converters',
            'They are no larger than programming noise: the error is still about 8 % without them.')])

BEST_IN_THE_MORNING = Prediction(
    'Best in the morning',
    'On the day they are programmed, four chips read all but a few digits right, and chip A needs the least energy and the '
    'least effort. Which of them reads the fewest digits a year later?',
    [Option('A: five bits, nothing else',
            'What is left of its currents is lost between the steps of its converter.', right=True),
     Option('B: nine bits, no compensation',
            'Its outputs have shrunk as much as those of A, but its steps are seventeen times finer. It loses about one per '
            'cent.'),
     Option('C: five bits, compensated',
            'The factor comes after the converter and brings back no detail. Yet C loses far less than A: its outputs fit '
            'their digital biases again.'),
     Option('D: as C, with a network that is aware of the hardware',
            'It reads more than C, since its weights bear errors better.')])

WHY_NOISE_HELPS = Quiz(
    'Why this training helps',
    'Hardware-aware training adds new noise to the weights for every batch, and cuts off the largest of them. What helps the '
    'network of this lesson most against the errors of its cells?',
    [Option('It has learned the errors of this chip',
            'It has never seen the chip: the noise was drawn anew for every batch, and the chip is programmed later.'),
     Option('Its largest weights are smaller beside the others, which therefore fill their cells better',
            'Errors of the cells are about as large as before, in µS; most weights are more µS. The noise does one more '
            'thing: it leads to weights around which small changes hardly matter. Here that is the smaller part.', right=True),
     Option('All its weights are larger, so that errors are smaller beside them',
            'Errors are relative to the largest weight of a layer, which fills its cell in any case: larger weights alone '
            'would change nothing.'),
     Option('The noise averages out over the batches',
            'Its effect on the gradients does, which is why training works at all. But that does not tell why the result is '
            'robust.')])

ENERGY_RATIO = Prediction(
    'The energy of one digit',
    'On crossbars, one image costs the energy of their converters, cells and digital parts; a digital machine with 8-bit '
    'numbers keeps its weights in a memory on the chip, and fetches each of them once for an image. How many times as much '
    'energy does the digital machine need for an image?',
    guess=Guess('digital over analog', 0.1, 1000, 100, 0.6, scale='log'),
    explanation='Here, analog loses. The first convolution has a small matrix that is used 576 times for an image, for '
                'which the digital machine fetches it once: most of the energy of a crossbar goes into converters, which a '
                'small matrix does not share well. For weights from DRAM it wins by '
                'a factor of 25.')


def weights() -> np.ndarray:
    """Return weights of both signs, [3, 4]."""
    return np.array([[0.2, -0.5, 0.9, -0.1], [-1.0, 0.3, 0.4, 0.6], [0.7, -0.8, 0.05, 0.25]])


def standard() -> object:
    """Return the configuration from which the challenge starts."""
    from aihwlab.simulator.configs import InferenceRPUConfig  # here, since the questions of a lesson need no torch
    config = InferenceRPUConfig()
    config.mapping.weight_scaling_omega = 1.0
    return config


COARSE = Challenge(
    title='A coarse converter',
    task='Each bit less halves the energy of an ADC. How coarse may it be? Start from `chip()` and find the largest '
         '`forward.out_res`, 1/62 (six bits) or more, with which the network that is aware of the hardware still reads more '
         'than 95 % of the test images a year after programming: on each of three chips. Nothing else may be changed. Call '
         'the configuration `config`.',
    solution='''
        from aihwlab.simulator.configs import InferenceRPUConfig

        config = InferenceRPUConfig()
        config.mapping.weight_scaling_omega = 1.0
        config.forward.out_res = 1 / 12  # between three and four bits
    ''',
    start=standard, parameter='forward.out_res', least=1 / 62, goal=95,
    hints=['A converter with $b$ bits has $2^b - 2$ steps: try 1/30 (five bits), 1/14 (four) and 1/6 (three), then what lies '
           'between the last that works and the first that does not.'])


def progress() -> Progress:
    """Return the list of what has been done."""
    return Progress('Lesson 6', [EMPTY_CELLS, PAIR_ERROR, AFTER_A_YEAR, COMPENSATION, COMMON_FACTOR, LEFT_OVER, COSTLIEST,
                                 BEST_IN_THE_MORNING, WHY_NOISE_HELPS, COARSE, ENERGY_RATIO])
