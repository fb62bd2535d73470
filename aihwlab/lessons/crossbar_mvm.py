"""The predictions, exercises and quizzes of lesson 3, products and updates on a crossbar."""

import numpy as np

from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.prediction import Guess, Prediction
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz
from aihwlab.physics.circuit import ideal_currents
from aihwlab.physics.mapping import one_sided_pair

CONDUCTANCE = 1e-6 * np.array([[20.0, 0.0], [5.0, 10.0], [1.0, 25.0]])
"""A crossbar of three rows and two columns to try answers on, S."""

VOLTAGES = np.array([0.1, -0.2, 0.2])
"""The voltages of its rows, V."""

ONE_CELL = Prediction(
    'One cell',
    'In the crossbar below, row 1 is at 0.2 V, and its cell in column 1 has 25 µS. What current flows through this cell?',
    [Option('125 µA', 'That is 25 divided by 0.2. A conductance is the inverse of a resistance, so multiply: I = G V.'),
     Option('5 µA', "25 µS times 0.2 V: Ohm's law, I = G V.", right=True),
     Option('4 µA',
            'That is the current at the end of column 1: it collects 5 µA from this cell, nothing from row 2, and -1 µA from '
            'row 3.')])

CURRENTS = Exercise(
    title='Currents of the columns',
    task='Write `column_currents(conductance, voltages)` for perfect lines: `conductance` is an array [rows, columns] in S, '
         'and `voltages` has one number for each row, in V. The result has one current for each column, in A.',
    answer='column_currents',
    solution='''
        def column_currents(conductance, voltages):
            cell_currents = conductance * voltages[:, None]  # Ohm, in every cell
            return cell_currents.sum(axis=0)                 # Kirchhoff, in every column
    ''',
    hints=['First the current of each cell: `conductance * voltages[:, None]`. Then add up along each column.',
           'Rows are the first axis, so adding up a column is `sum(axis=0)`.'],
    properties=[
        Property('one cell of 20 uS at 0.1 V: 2 uA',
                 lambda currents: currents(np.array([[20e-6]]), np.array([0.1])), [2e-6]),
        Property('three rows and two columns', lambda currents: currents(CONDUCTANCE, VOLTAGES),
                 ideal_currents(CONDUCTANCE, VOLTAGES)),
        Property('twice the voltages, twice the currents', lambda currents: currents(CONDUCTANCE, 2 * VOLTAGES),
                 2 * ideal_currents(CONDUCTANCE, VOLTAGES))])

WEIGHTS = np.array([[0.5, -1.0, 0.0], [0.25, 0.75, -0.1]])
"""Weights to try answers on, [outputs, inputs]."""

PAIR = one_sided_pair(WEIGHTS, w_max=1.0)

SIGNED = Exercise(
    title='Weights with a sign',
    task='Write `conductance_pair(weights, g_max)`: it turns weights between -1 and 1, [outputs, inputs], into two arrays of '
         'conductances, G+ and G-, [inputs, outputs]. A positive weight uses G+, a negative one G-; the other cell of the '
         'pair is at 0. A weight of 1 has the conductance `g_max`.',
    answer='conductance_pair',
    solution='''
        import numpy as np

        def conductance_pair(weights, g_max):
            return np.maximum(weights, 0).T * g_max, np.maximum(-weights, 0).T * g_max
    ''',
    hints=['`np.maximum(weights, 0)` keeps the positive weights and sets the others to 0.',
           'The crossbar stores the transpose: inputs are its rows.'],
    properties=[
        Property('G+ holds the positive weights', lambda pair: pair(WEIGHTS, 25e-6)[0], PAIR.positive, atol=1e-12),
        Property('G- holds the negative ones', lambda pair: pair(WEIGHTS, 25e-6)[1], PAIR.negative, atol=1e-12),
        Property('the difference is the weight times g_max', lambda pair: np.subtract(*pair(WEIGHTS, 5e-6)),
                 5e-6 * WEIGHTS.T, atol=1e-12)])

FINER_ADC = Prediction(
    'A finer ADC',
    'The outputs of this tile are off by 12.4 %. Its ADC has 9 bits. How large is the error with 12 bits, a step eight times '
    'as fine?',
    [Option('About 1.5 %, an eighth',
            'It would be if rounding in the ADC were the only error. The conductances are noisy too, and that noise does not '
            'care about converters.'),
     Option('About 6 %, half of it',
            'Then rounding would have to make up most of the error. Without any noise, 9 bits are off by no more than some '
            '1.2 %, as you have just seen.'),
     Option('About 12 %, as before',
            'It stays at 12.4 %. The noise of the conductances dominates, and independent errors add up as squares: those '
            'that are much smaller do not count.', right=True)])

CONVERTER_BITS = Quiz(
    'A better converter',
    'In the opening state of the explorer, the tile has a relative error of 12 %. Which change improves it by far the most?',
    [Option('An ADC with 12 bits instead of 9',
            'The curve on the right is flat there. The steps of the ADC are already much smaller than the errors of the '
            'conductances: a finer ruler does not help to measure something that shakes.'),
     Option('A DAC with 12 bits instead of 7',
            'The steps of a DAC with 7 bits are 1/63 of the largest input. '
            'Their rounding error is far below the errors of the conductances.'),
     Option('Conductances that are programmed and read with a third of the noise',
            'The conductances dominate here: independent errors add up as squares, and the largest one wins.', right=True),
     Option('No output noise',
            'The outputs are numbers with a standard deviation of about 1.9; output noise of 0.06 is some 3 % of that. '
            'Squared, it hardly counts beside 12 %.')])

WIRES = Prediction(
    'One ohm',
    'An array has 64 × 64 cells of 25 µS each, which is 40,000 ohm. The wire from one cell to the next has 1 ohm. How much of '
    'their current do the columns lose on average?',
    guess=Guess('loss', 0.001, 100, 0.01, 6.5, unit='%', scale='log', axis=(1, 'y')),
    explanation="The worst cell gets 91 % of its driver's voltage. One ohm against 40,000 ohm is 0.0025 %, "
                'but a current passes up to 128 pieces of wire on its way, and each piece carries the currents of up to 64 '
                'cells.')

LARGEST_ARRAY = Exercise(
    title='How large may an array be?',
    task='For small losses, the columns of an n x n array whose cells all have the conductance G lose the fraction '
         '(2/3) G r n² of their current on average; r is the resistance of the wire between two cells. '
         'Write `largest_array(conductance, resistance, loss)`: the n at which the loss is reached, not rounded.',
    answer='largest_array',
    solution='''
        def largest_array(conductance, resistance, loss):
            return (1.5 * loss / (conductance * resistance)) ** 0.5
    ''',
    hints=['Solve loss = (2/3) G r n² for n.', 'G r has no unit: S times ohm.'],
    properties=[
        Property('25 uS, 1 ohm and 1 %: about 24 cells', lambda size: size(25e-6, 1.0, 0.01), 600 ** 0.5),
        Property('a quarter of the conductance, twice the size',
                 lambda size: size(6.25e-6, 1.0, 0.01) / size(25e-6, 1.0, 0.01), 2.0),
        Property('four times the loss, twice the size',
                 lambda size: size(25e-6, 1.0, 0.04) / size(25e-6, 1.0, 0.01), 2.0)])

TILES = Exercise(
    title='Tiles of a layer',
    task='Write `tiles(outputs, inputs, size)`: how many tiles with at most `size` inputs and `size` outputs does a layer '
         'need? The fully connected layer of LeNet5 with 512 inputs and 128 outputs is one of the checks.',
    answer='tiles',
    solution='''
        def tiles(outputs, inputs, size):
            return -(-outputs // size) * -(-inputs // size)
    ''',
    hints=['Round up: `math.ceil(inputs / size)`.', 'Tiles are laid in rows and columns, like bricks: multiply.'],
    properties=[
        Property('512 inputs and 128 outputs on tiles of 64', lambda tiles: tiles(128, 512, 64), 16, rtol=0),
        Property('a layer that fits needs one tile', lambda tiles: tiles(10, 60, 64), 1, rtol=0),
        Property('one input too many needs another tile', lambda tiles: tiles(64, 65, 64), 2, rtol=0),
        Property('both directions are rounded up', lambda tiles: tiles(65, 129, 64), 6, rtol=0)])

DRIVEN_COLUMNS = Prediction(
    'From the other side',
    'The cells stay as they are, but now the columns are driven, with 0.1, -0.1 and 0.2 V, and the rows are held at 0 V. What '
    'arrives at the ends of the rows?',
    [Option('Nothing: current flows from rows to columns',
            'A conductance has no direction. Current flows from the higher voltage to the lower, whichever line that is on.'),
     Option('The product with the same matrix as before',
            'The cell between row i and column j is the same, but it now takes the voltage of column j and sends its current '
            'to row i: inputs and outputs have changed places.'),
     Option('The product with the transposed matrix',
            'Each cell now multiplies the voltage of its column and adds its current to its row: 4.00, 1.00 and 1.90 µA.',
            right=True)])

TRANSPOSE = Quiz(
    'The way back',
    'Backpropagation needs the product with the transposed matrix. What must be written into the cells for it?',
    [Option('Nothing',
            'The conductance between a row and a column is the same from either side. '
            'Only the drivers and the converters change places.', right=True),
     Option('The transposed matrix, in the same cells',
            'Writing all cells twice for each image would take far longer than the products. '
            'And a cell does not know which of its lines is driven.'),
     Option('The transposed matrix, in a second array',
            'This works, but each update would have to be made in both arrays, and noise would make them differ.'),
     Option('The same matrix with all signs changed',
            'The sign has nothing to do with the direction: the transpose swaps indices.')])

MEETINGS = Prediction(
    'Pulses that meet by chance',
    'An input line and a gradient line each fire in about half of 31 time slots (the probability is 0.51), independently of '
    'each other. In how many slots will their pulses meet, on average?',
    guess=Guess('meetings', 0, 31, 31, 8, unit='slots', step=1, axis=(1, 'y')),
    explanation='0.51 times 0.51 is about a quarter, of 31 slots. If the lines fired together, they would meet in 16 slots; '
                'if they took turns, in none. Single trains scatter around the mean: change the seed.')

PULSE_PROBABILITY = Exercise(
    title='Probability of a pulse',
    task='In each of K slots, an input line fires with the probability c |x| and a gradient line with the probability c |d|, '
         'independently of each other. Each time both fire together, the weight changes by `step`. '
         'On average, the update should be lr |x d|. Write `factor(lr, step, slots)`: the number c.',
    answer='factor',
    solution='''
        def factor(lr, step, slots):
            return (lr / (step * slots)) ** 0.5
    ''',
    hints=['Independent lines fire together with the probability c |x| · c |d|.',
           'The mean change is step · K · c² |x d|. Set it equal to lr |x d|.'],
    properties=[
        Property('lr 0.02, steps of 0.002 and 31 slots', lambda factor: factor(0.02, 0.002, 31), (10 / 31) ** 0.5),
        Property('four times the slots, half the probability',
                 lambda factor: factor(0.02, 0.002, 124) / factor(0.02, 0.002, 31), 0.5)])


def progress() -> Progress:
    """Return the list of what has been done."""
    return Progress('Lesson 3', [ONE_CELL, CURRENTS, SIGNED, FINER_ADC, CONVERTER_BITS, WIRES, LARGEST_ARRAY, TILES,
                                 DRIVEN_COLUMNS, TRANSPOSE, MEETINGS, PULSE_PROBABILITY])
