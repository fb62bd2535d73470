"""The predictions, exercises and quizzes of lesson 5, training on imperfect devices."""

from aihwlab.lessons.challenge import Challenge
from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.prediction import Prediction
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz

IN_TURN = Prediction(
    'Pulses in turn',
    'Five devices start with weights from -0.9 to 0.9. Each gets 300 pulses up and 300 pulses down, in turn. At weight zero, '
    'a step down is 40 % smaller than a step up. Where are the five afterwards?',
    [Option('About where they started',
            'They would be if the two steps of a pair cancelled. They cancel at one weight only; everywhere else each pair '
            'leaves a remainder.'),
     Option('All at the upper bound, since steps up are larger',
            'Steps up are larger at weight zero. But they shrink on the way up, and steps down grow: well before the bound '
            'they are equal.'),
     Option('All near one weight, somewhat above zero',
            'Below 0.25 a pair of pulses leaves a step up, above it a step down: the weight at which both are equal, the '
            'symmetry point, attracts from both sides.', right=True)])

BALANCE = Exercise(
    title='Balance of pulses',
    task='A device with soft bounds at -1 and 1 moves by `step * (1 - w)` with each pulse up, and by '
         '`-step * (1 - asymmetry) * (1 + w)` with each pulse down, for an asymmetry from 0 to below 1. Pulses come at '
         'random; `share` of them, from 0 to 1, go up. Write `balance(share, asymmetry)`: the '
         'weight at which they cancel on average.',
    answer='balance',
    solution='''
        def balance(share, asymmetry):
            up, down = share, (1 - share) * (1 - asymmetry)
            return (up - down) / (up + down)
    ''',
    hints=['On average a pulse moves the weight by `share` times the step up minus `1 - share` times the step down.',
           'Set this to zero, and collect the terms with `w` on one side.'],
    properties=[
        Property('as many up as down without asymmetry: zero', lambda own: own(0.5, 0.0), 0.0, atol=1e-9),
        Property('pulses up only: the upper bound', lambda own: own(1.0, 0.3), 1.0),
        Property('pulses down only: the lower bound', lambda own: own(0.0, 0.3), -1.0),
        Property('at this weight the steps cancel',
                 lambda own: 0.7 * (1 - own(0.7, 0.2)) - 0.3 * 0.8 * (1 + own(0.7, 0.2)), 0.0, atol=1e-9)])

SLOWER = Prediction(
    'Slower is better?',
    'The weight misses 0.5, and it is noisy. The obvious remedy for noise is a smaller learning rate, since then more '
    'examples are averaged. What happens at a fifth of the learning rate, if training lasts five times as long?',
    [Option('It comes five times nearer to 0.5',
            'The noise does get smaller, but the miss is no noise: it has the same sign with every seed. A smaller learning '
            'rate means fewer pulses for the signal, and just as many fewer for the noise.'),
     Option('It ends at the same wrong weight, with less noise',
            'Where it ends is where pulses up and down cancel. How many there are of both does not matter.', right=True),
     Option('It does not move any more, since updates are smaller than a step',
            'Small updates are no problem for stochastic pulses: an update of a tenth of a step is a pulse in one case out of '
            'ten.')])

SETTLES = Exercise(
    title='Where SGD settles',
    task='A device with soft bounds at -1 and 1 has equal steps at zero: up `1 - w`, down `1 + w`, in units of the step. '
         'Half of the examples have the gradient `w - target + noise`, the others `w - target - noise`, and `noise` is larger '
         'than the miss. A positive gradient gives pulses down, a negative one pulses up, as many as its size says. Write '
         '`settles(target, noise)`: the weight at which they cancel.',
    answer='settles',
    solution='''
        def settles(target, noise):
            return target / (1 + noise)
    ''',
    hints=['With the mean gradient $m = w - target$, pulses up are proportional to $noise - m$, those down to $noise + m$.',
           'Multiplied by the size of their steps, both are equal: $(noise - m)(1 - w) = (noise + m)(1 + w)$.',
           'Both sides contain $noise - m w$; what is left is $-m = noise \\cdot w$.'],
    properties=[
        Property('half of the target for a noise of 1', lambda own: own(0.5, 1.0), 0.25,
                 hint='Compare with the explorer: algorithm SGD, asymmetry 0.'),
        Property('a target at the symmetry point is learned', lambda own: own(0.0, 0.8), 0.0, atol=1e-9),
        Property('the other way round for a negative target', lambda own: own(-0.4, 0.9), -0.4 / 1.9),
        Property('there, pulses up and down cancel',
                 lambda own: (0.8 - own(0.3, 0.8) + 0.3) * (1 - own(0.3, 0.8))
                 - (0.8 + own(0.3, 0.8) - 0.3) * (1 + own(0.3, 0.8)), 0.0, atol=1e-6)])

FAST_ARRAY = Prediction(
    'The fast array',
    'Tiki-Taka gives the pulses of the gradients to a fast array, reads it after each batch, and adds a tenth of what it '
    'reads to a slow array, which holds the weight. Once the slow array has arrived at 0.5, what does the fast one show?',
    [Option('0.5 as well: it has been learning all the time',
            'It would have to hold 0.5 against its symmetry point. And a tenth of 0.5 would still be added to the slow array '
            'after each batch.'),
     Option('Zero on average, with noise',
            'Without a mean gradient, pulses up and down are as many, and they pull the fast array to its symmetry point, '
            'which its reference has made zero. So nothing more is added.', right=True),
     Option('The sum of all gradients, a large number',
            'It forgets: what is in it decays with every pulse, towards the symmetry point. That is what makes it a measure '
            'of the present gradient.')])

BUFFER = Exercise(
    title='A buffer',
    task='A tenth of a small reading is less than a step of the slow device. A digital buffer collects it, in steps. Write '
         '`collect(buffer, reading, rate, step)`: it adds `rate * reading`, in units of `step`, to the buffer, and returns '
         'two numbers: how many whole steps are to be written (negative for steps down), and what is left in the buffer.',
    answer='collect',
    solution='''
        def collect(buffer, reading, rate, step):
            content = buffer + rate * reading / step
            steps = int(content)
            return steps, content - steps
    ''',
    hints=['The content in steps is `buffer + rate * reading / step`.', '`int` cuts off towards zero, for both signs.'],
    properties=[
        Property('less than a step stays in the buffer', lambda own: own(0.2, 0.05, 0.1, 0.01), (0, 0.7), atol=1e-9),
        Property('a whole step is written, and the rest stays', lambda own: own(0.75, 0.05, 0.1, 0.01), (1, 0.25), atol=1e-9),
        Property('so are steps down', lambda own: own(-0.5, -0.2, 0.1, 0.01), (-2, -0.5), atol=1e-9),
        Property('in the long run, nothing is lost', lambda own: total(own, 0.013, 100), 100 * 0.1 * 0.013 / 0.01, atol=1e-6)])


def total(collect: object, reading: float, times: int) -> float:
    """Return all that a buffer has written and still holds after the same reading again and again, in steps."""
    written, buffer = 0.0, 0.0
    for _ in range(times):
        steps, buffer = collect(buffer, reading, 0.1, 0.01)  # type: ignore[operator]
        written += steps
    return written + buffer


WRONG_ZERO = Prediction(
    'A zero that is not zero',
    'The reference of the fast array is off: at its symmetry point the array shows 0.2 instead of 0. The gradients have a '
    'noise of 1, and 0.5 is to be learned. Where is the weight going?',
    [Option('To 0.5: the average reading corrects itself',
            'The slow array comes to rest when the average reading is zero. But that is not where the average gradient is '
            'zero: it takes a gradient to hold the fast array 0.2 below its symmetry point.'),
     Option('Towards 0.7',
            'The slow array rests when the fast one shows zero, 0.2 below its symmetry point. A mean gradient of 0.2 times '
            'the noise keeps it there, and the weight is as much too large.', right=True),
     Option('To the bound: 0.2 is added again and again',
            'At first it is. But then the gradient grows, and pulls the fast array back to zero: so far and no further.')])

CHOPPERS = Quiz(
    'What a chopper costs',
    'A chopper turns the sign of the gradient in the fast array every few reads, and the sign of the reads with it. An error '
    'of the zero then has one sign before and the other sign afterwards. What is the price?',
    [Option('Twice as many devices', 'The arrays stay as they are; a chopper is one bit for each column.'),
     Option('Time: after each turn, the fast array has to go all the way to the opposite reading',
            'What it held belongs to the old sign. Until it has changed over, its readings are wrong or weak, so that '
            'learning is slower. Choppers that turn too often never get a reading.', right=True),
     Option('A larger error while the sign is negative',
            'The error of the zero is as large as before; its sign is the other one, and that is the point.')])

SURFACE = Prediction(
    'Where SGD stops',
    'Two weights learn on devices with an asymmetry of 0.4, from noisy examples. In the picture, the loss is a valley, seen '
    'from above, and (0.6, -0.5) is its lowest point. Where does SGD stop?',
    [Option('At the lowest point, after some detours',
            'That is where the mean gradient is zero. But there noise pulls both weights to their symmetry points.'),
     Option('At the symmetry points of both devices',
            'Noise alone would bring it there. The mean gradient holds against it.'),
     Option('In between, where gradient and noise pull equally',
            'The further from the lowest point, the larger the gradient. It stops where that balances the pull to the '
            'symmetry points.', right=True)])

FIRST_TO_LEARN = Prediction(
    'Who learns first',
    'LeNet5 is trained on ReRamSB devices in four ways, with 200 batches of 8 images each. Which of them is the first to '
    'recognise half of the test images?',
    [Option('SGD: it has the least overhead',
            'It has, and with weights stretched over the range of the devices it does learn. But each of its many pulses '
            'throws the weight that is read, and whatever cancels pulls it to its symmetry point.'),
     Option('Tiki-Taka',
            'It has to fill the fast array before there is anything to transfer, one column after each batch: a layer with '
            '512 inputs waits 512 batches for its first complete transfer.'),
     Option('c-TTv2',
            'It reads far more often than Tiki-Taka, after each vector, and it gets there; but through two arrays and a '
            'buffer, it is later.'),
     Option('Mixed precision',
            'Its gradients are added up digitally, where noise averages out before there is any pulse. Its price is that '
            'digital sum.', right=True)])

DIGITAL_SUM = Exercise(
    title='The price of the sum',
    task='Mixed precision adds `lr * d x^T` to a digital matrix for every vector. Over all tiles of LeNet5 these are '
         'multiplications and additions for each image (lesson 4). In 32-bit numbers, one multiplication takes 1.31 pJ and '
         'one addition 0.38 pJ in a chip of the 7 nm generation [7]. How much energy is that for 200 batches of 8 images? '
         'Call it `energy`, in joules.',
    answer='energy',
    solution='''
        energy = 200 * 8 * 1_116_416 * (1.31e-12 + 0.38e-12)
    ''',
    hints=['That is for arithmetic alone: reading and writing the sum in a memory comes on top.', '1 pJ is $10^{-12}$ J.'],
    properties=[Property('the energy of all multiplications and additions', expected=200 * 8 * 1_116_416 * 1.69e-12, atol=0,
                         hint='How many images are there, and what does one multiplication with its addition cost?')])

FITTED = Quiz(
    'What the fit does not know',
    'The fitted device has the mean response of the one that was measured. What else has to be measured before a training '
    'with it says what a chip would do?',
    [Option('The asymmetry', 'It is one of the four numbers that were fitted.'),
     Option('The bounds', 'They were fitted as well, and hold the weights as those of the real device do.'),
     Option('How much steps scatter from pulse to pulse, and how much devices differ',
            'The device that the fit returns has neither: a single measured curve of one device says little about the scatter '
            'of its steps and nothing about other devices. They have to be measured, and set, separately.', right=True)])

ALGORITHMS = {'SGD': 'ReRamSBPreset', 'Tiki-Taka': 'TikiTakaReRamSBPreset', 'c-TTv2': 'ChoppedTTv2ReRamSBPreset',
              'mixed precision': 'MixedPrecisionReRamSBPreset'}
"""The presets of the algorithms, all on the same devices."""


def configuration(algorithm: str) -> object:
    """Return the configuration of an algorithm on ReRamSB devices, with weights written over most of their range.

    `weight_scaling_omega = 0.6`, output by output, lets the largest weight of each be 0.6 in the device, and divides the
    output digitally. Write noise, 0.11 in the device, then is small beside the weights.
    """
    from aihwlab.simulator import presets  # here, since the questions of a lesson need no torch
    config = getattr(presets, ALGORITHMS[algorithm])()
    config.mapping.weight_scaling_omega, config.mapping.weight_scaling_columnwise = 0.6, True
    return config


NOISIER = Challenge(
    title='A noisier cell',
    task='In lesson 4, where weights were written as they are, SGD failed with a write noise of 56 steps; stretched, it '
         'learns slowly. How much can mixed precision bear? Start from '
         "`lesson.configuration('mixed precision')` and find the largest `device.device.write_noise_std`, 60 or more, with "
         'which the network still recognises more than half of the test images after 200 batches: with each of three seeds. '
         'Nothing else may be changed. Call the configuration `config`.\n\n'
         'Three short trainings take some seconds each; the first that fails ends it. Your best results are listed here.',
    solution='''
        from aihwlab.lessons import training_on_imperfect_devices as lesson

        config = lesson.configuration('mixed precision')
        config.device.device.write_noise_std = 60  # it works with more, too
    ''',
    start=lambda: configuration('mixed precision'), parameter='device.device.write_noise_std', least=60, goal=50,
    hints=['Double it, until it fails; then halve the interval a few times.'])


def progress() -> Progress:
    """Return the list of what has been done."""
    return Progress('Lesson 5', [IN_TURN, BALANCE, SLOWER, SETTLES, FAST_ARRAY, BUFFER, WRONG_ZERO, CHOPPERS, SURFACE,
                                 FIRST_TO_LEARN, NOISIER, FITTED, DIGITAL_SUM])
