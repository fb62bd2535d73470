"""The predictions, exercises and quizzes of lesson 2, the physics of phase-change memory."""

import numpy as np

from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.prediction import Guess, Prediction
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz
from aihwlab.lessons.task import Task
from aihwlab.physics.pcm_cell import PCMCell
from aihwlab.physics.pcm_programmed import programming_spread

GROWTH = Prediction(
    'Where crystal grows fastest',
    'The glass of a cell is heated, but not melted. At what temperature does crystal grow fastest?',
    [Option('At room temperature: crystal is the stable state',
            'It is, and the atoms have every reason to order, but in the cold they cannot move. At 550 K the speed is less '
            'than a hundredth of what it is at its peak, and far below that at room temperature: so the memory keeps its '
            'state.'),
     Option('In between',
            'When it is hot, the atoms move easily, but near melting they have little reason to freeze. When it is cold, they '
            'have every reason, but nothing moves. In between is a peak: 0.55 nm/ns at 750 K. (1 nm/ns is 1 '
            'm/s.)', right=True),
     Option('Just below melting: the hotter, the faster',
            'The atoms do move fastest there. But at the melting point, 877 K, glass and crystal are equally good to them, '
            'and the growth comes to a halt.')])

MELTING_POWER = Exercise(
    title='The power at which melting begins',
    task='Write `melting_power(ambient, melting, resistance)`: the smallest steady power (W) that melts the hottest spot of '
         'a crystalline cell. `ambient` and `melting` are temperatures (K); `resistance` is the thermal resistance of that '
         'spot (K/W).',
    answer='melting_power',
    solution='''
        def melting_power(ambient, melting, resistance):
            return (melting - ambient) / resistance
    ''',
    hints=['The temperature is $T = T_{amb} + R_{th} P$.', 'Set $T = T_{melt}$ and solve for $P$.'],
    properties=[
        Property('the cell of the lesson begins to melt where the library says it does',
                 lambda power: power(300.0, 877.0, 2e6), PCMCell().melting_power, rtol=1e-6),
        Property('twice the thermal resistance, half the power',
                 lambda power: power(300.0, 877.0, 4e6) / power(300.0, 877.0, 2e6), 0.5, rtol=1e-6),
        Property('a cell that is already at its melting point needs no power',
                 lambda power: power(877.0, 877.0, 2e6), 0.0, atol=1e-12)])

LONG_ENOUGH = Prediction(
    'Just long enough',
    'A pulse of 400 µW and 50 ns melts 28 nm and ends sharply: 27.3 nm become glass. How long must its trailing edge be to '
    'leave no glass at all?',
    guess=Guess('trailing edge', 0, 200, 20, 135, unit='ns', step=5),
    explanation='An edge of 130 ns still leaves 1.1 nm. At its fastest, crystal grows by 0.55 nm in a '
                'nanosecond, which would take 50 ns. But the rim of the glass is at the best temperature only in passing.')

TRAILING_EDGE = Quiz(
    'The trailing edge',
    'A pulse of 400 µW and 50 ns melts 28 nm. Its sharp trailing edge is now made 150 ns long. What is left?',
    [Option('The same glass: what was molten freezes',
            'A melt can freeze without becoming crystal if it cools quickly. A slow edge, however, keeps the cell between '
            '650 K and 850 K for tens of nanoseconds, and in each of them crystal grows by up to half a nanometre.'),
     Option('More glass, because the cell is hot for longer',
            'Hot is not the same as molten: as soon as the power falls, the melt front moves back towards the heater.'),
     Option('Crystal',
            'While the power falls, the edge of the crystal passes through the temperatures of fast growth and follows the '
            'melt back to the heater.', right=True),
     Option('The cell stays molten',
            'The cell is cold within 3 ns of the power being switched off: the melt does not last.')])

STRONG_SET = Prediction(
    'Heat harder, heat longer',
    'A cell has 27.3 nm of glass. It gets a strong, long SET pulse: 350 µW for 200 ns, ending sharply. How much glass is '
    'left?',
    guess=Guess('glass that is left', 0.0, 30.0, 5.0, 17.0, unit='nm', step=0.5, axis=(3, 'y')),
    explanation='The conductance is still below 1 µS. A weaker pulse of the same width, 220 µW, leaves no '
                'glass at all and takes 37 % less energy.')

WAY_BACK = Prediction(
    'Back to glass',
    'Fifteen weak SET pulses take a thousand cells from glass to crystal, little by little. Then come pulses of 400 µW. How '
    'many of those does it take to bring the cells back?',
    [Option('About fifteen: as many as on the way up',
            'Crystal grows step by step, but it melts all at once: how much is molten depends on the power of this one pulse, '
            'not on the pulses before it.'),
     Option('Three or four',
            'The pulses do not add up. The first melts all that this power can melt; the second melts the same again.'),
     Option('One',
            'The first pulse melts as much as 400 µW can, and the melt freezes as glass. All later ones change next to '
            'nothing. Questions 4 to 6 ask whether weaker pulses do better.', right=True)])

LIFETIME = Exercise(
    title='How long glass lasts',
    task='The time until glass has crystallised follows '
         '$t = t_{ref} \\exp(\\frac{E_a}{k_B}(\\frac{1}{T} - \\frac{1}{T_{ref}}))$. '
         'Write `lifetime(temperature, energy)`: this time in years at a temperature (K), for an activation energy in eV, '
         'if the cell lasts 10 years at 373.15 K. The Boltzmann constant is 8.617e-5 eV/K.',
    answer='lifetime',
    solution='''
        from math import exp

        def lifetime(temperature, energy):
            return 10 * exp(energy / 8.617e-5 * (1 / temperature - 1 / 373.15))
    ''',
    hints=['In eV you do not need the elementary charge: divide the energy by 8.617e-5.',
           'Colder than the reference means longer: the bracket is then positive.'],
    properties=[
        Property('ten years at the reference temperature', lambda life: life(373.15, 2.3), 10.0),
        Property('at 400 K a month is left', lambda life: life(400.0, 2.3), 0.0822),
        Property('without activation energy the temperature does not matter', lambda life: life(300.0, 0.0), 10.0),
        Property('the colder, the longer', lambda life: bool(life(350.0, 2.3) > life(360.0, 2.3)))])

LOSES_MORE = Prediction(
    'Which loses more',
    'Cells are programmed to 2.5 µS or to 25 µS, and left alone for a year. Which lose the larger part of their conductance?',
    [Option('Those at 2.5 µS',
            'A low conductance means more glass, and it is the glass that drifts: after a year about 44 % are left of 2.5 µS, '
            '50 % of 10 µS and of 25 µS.', right=True),
     Option('Those at 25 µS',
            'In microsiemens they do, since they have more to lose. As a part of what they had, they lose less: 50 % are left '
            'after a year, and only about 44 % of 2.5 µS.'),
     Option('Both lose the same part',
            'They would if all cells had one drift exponent. Cells with more glass have a larger one on average: 0.061 at '
            '2.5 µS, 0.049 at 10 and at 25 µS.')])

DECADES = Quiz(
    'What a decade of time costs',
    'The conductance of a cell drifts with an exponent of 0.05. From 1 s to 10 s it loses 11 %. '
    'From 1 day to 10 days, how much does it lose of what is left after 1 day?',
    [Option('11 %',
            'A power law loses the same fraction in every decade: $1 - 10^{-0.05}$ is 0.11.', right=True),
     Option('Almost nothing: drift has stopped',
            'Second by second it has nearly stopped. But there are many seconds in ten days.'),
     Option('86,400 times 11 %',
            'Nothing can lose more than all it has. The loss depends on the ratio of the times, not on their difference.'),
     Option('1.1 %',
            'Then the loss would shrink from decade to decade. A straight line on logarithmic axes does not bend.')])

RELATIVE_ERROR = Exercise(
    title='Small weights suffer most',
    task='Write `relative_error(x)`: the standard deviation of a programmed conductance relative to its target, for a target '
         'of `x` times 25 µS. In µS, the standard deviation is $0.2635 + 1.9650\\,x - 1.1731\\,x^2$. '
         'The function should work for arrays too.',
    answer='relative_error',
    solution='''
        def relative_error(x):
            return (0.2635 + 1.9650 * x - 1.1731 * x ** 2) / (25 * x)
    ''',
    hints=['The target is `25 * x`, in µS.'],
    properties=[
        Property('the library agrees at four targets', lambda error: error(np.array([0.1, 0.3, 0.6, 1.0])),
                 programming_spread([0.1, 0.3, 0.6, 1.0]) / (25e-6 * np.array([0.1, 0.3, 0.6, 1.0]))),
        Property('the smaller of two targets has the larger relative error',
                 lambda error: bool(error(0.05) > error(0.5)))])


def progress(*others: Task) -> Progress:
    """Return the list of what has been done, with further tasks at its end."""
    return Progress('Lesson 2', [GROWTH, MELTING_POWER, LONG_ENOUGH, TRAILING_EDGE, STRONG_SET, WAY_BACK, LOSES_MORE, DECADES,
                                 RELATIVE_ERROR, LIFETIME, *others])
