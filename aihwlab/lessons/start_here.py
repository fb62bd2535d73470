"""The predictions, exercises and quizzes of the first page of the course, start here."""

from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.prediction import Prediction
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz

GAIN = Quiz(
    'What a crossbar saves',
    'Which step of a matrix-vector product does a crossbar save?',
    [Option('Moving the weights from memory to the processor',
            'They are the conductances at the crosspoints and stay there. Only inputs and results move.', right=True),
     Option('Moving the inputs',
            'They still have to be sent to the rows, as voltages, for every product.'),
     Option('Turning the results into numbers',
            'The results are currents. If you want numbers, they have to be converted, and that costs energy: '
            'lesson 1 counts it.')])

REUSE = Prediction(
    'Sharing what was fetched',
    'One vector is multiplied by a matrix whose weights come from DRAM, and nearly all the energy goes into fetching them. '
    'Now each weight that is fetched is used for 512 vectors. What takes most of the energy then?',
    [Option('Arithmetic, by far',
            'Sharing helps a lot. But a fetch takes 2,110 times as much as the arithmetic, and 512 vectors are not enough to '
            'make it the smaller part.'),
     Option('About half goes into each',
            'That would take a batch of 2,110, since one fetch takes 2,110 times as much as one multiplication and addition.'),
     Option('Still fetching the weights',
            'One multiplication and addition takes 0.401 pJ instead of 163 pJ, and 79 % of that still goes into fetching. '
            'With all weights on the chip and a single vector it is 1.83 pJ, 89 times less than with weights from DRAM. '
            'Lesson 1 counts every part.', right=True)])

TRAILING_EDGE = Prediction(
    'A slow trailing edge',
    'This pulse stops at once, and the melt freezes as glass. Suppose the power fell over 200 ns instead (its trailing edge). '
    'How much glass would there be after the pulse?',
    [Option('More: the cell is hot for longer',
            'It is hot for longer, but it must be molten to become glass. While the power falls, the melt shrinks, and '
            'what is hot and solid grows crystal.'),
     Option('As much: what has melted freezes',
            'It freezes, but as what? Cooled quickly, it has no time to become a crystal; cooled slowly, it has.'),
     Option('Less, or none',
            'While it cools slowly, crystal has time to grow: with an edge of 100 ns, 8.7 nm of the 27.3 nm are left, with '
            'one of 200 ns nothing. The conductance rises from 0.51 µS to 25 µS. Lesson 2 takes the cell apart.',
            right=True)])

WEAKEST_PART = Prediction(
    'The weakest part',
    'The outputs of this tile are off by 12.4 %. One of these changes brings them onto the straight line. Which?',
    [Option('An ADC with more bits',
            'Its 9 bits are a fine ruler already. Measuring more finely what is wrong leaves it as wrong: 12.4 %.'),
     Option('No noise at the outputs',
            'It is there, but small: without it, 12.0 % remain. Independent errors add up as squares, so the largest wins.'),
     Option('Cells without programming and read noise',
            'The cells are the weakest part: without their noise the error falls from 12.4 % to 3.2 %. '
            "Lesson 3 builds such a tile, starting from Ohm's law.", right=True)])

TRUSTED_CELL = Prediction(
    'A cell to trust',
    'ReRamSB and EcRam are two memories as measured on chips. On both of them, one pulse changes the weight by 0.002 on '
    'average. Which would you trust with a weight that is to be learned?',
    [Option('ReRamSB',
            'Its mean step is fine, but one pulse has a noise of 0.0075, nearly four times the step, and the value read from '
            'it fluctuates by 0.11 on top.'),
     Option('EcRam',
            'One of its pulses has a noise of 0.0006, less than a third of the step. On ReRamSB it is 0.0075, nearly four '
            'times the step, and the value read from it fluctuates by 0.11. In lesson 4, a network learns on one of them and '
            'fails on the other.', right=True),
     Option('Either: their mean steps are equal',
            'The mean is not all. A single pulse on ReRamSB has a noise of nearly four times the step; choose EcRam in the '
            'menu and compare.')])

COLUMN_ERROR = Exercise(
    title='The error of a column',
    task='Write `column_error(cell_error, cells)`: the relative error to expect in the current of a column of `cells` cells, '
         'if the conductance of each cell has the relative error `cell_error`, independent of the others. '
         'All cells are meant to have the same conductance.',
    answer='column_error',
    solution='''
        def column_error(cell_error, cells):
            return cell_error / cells ** 0.5
    ''',
    hints=['Variances of independent errors add up; the standard deviation is the square root of the variance.',
           'With $n$ cells, the absolute error grows as $\\sqrt{n}$ and the current as $n$.'],
    properties=[
        Property('a single cell has its own error', lambda own: own(0.3, 1), 0.3),
        Property('cells without error make a column without error', lambda own: own(0.0, 256), 0.0, atol=1e-12),
        Property('256 cells with an error of 30 % each', lambda own: own(0.3, 256), 0.01875),
        Property('four times as many cells halve the error', lambda own: own(0.2, 400) / own(0.2, 100), 0.5)])

COMMON_LOSS = Prediction(
    'A loss that all share',
    'Each cell has an error of 30 % of its own, and all cells have lost 10 % as well. You make the column longer and longer, '
    'up to 65,536 cells. Where does its current end up?',
    [Option('At the right value',
            'That is where it would end without the loss: 30 % of independent error become 0.1 %. But whatever all cells have '
            'lost is missing from every sum.'),
     Option('10 % too low',
            'The independent errors average out, from 6.7 % with 16 cells to 0.1 % with 65,536. The loss stays.', right=True),
     Option('40 % too low',
            'The two do not add up like this: errors of 30 % go in both directions and cancel in a long column.'),
     Option('Further and further off',
            'The error in microamperes does grow with the number of cells, but the current grows faster.')])

REMEDY = Quiz(
    'What helps against a common factor',
    'All cells of a column have lost 10 % of their conductance. What brings back the right result?',
    [Option('A column with more cells',
            'All of them have lost 10 %, so their sum has too, however many there are.'),
     Option('An output converter with more bits',
            'It only tells you more precisely that 10 % is missing.'),
     Option('Dividing the result by 0.9',
            'A factor that all cells share can be taken out with one number. Lesson 2 shows how well that works for drift, '
            'whose exponent differs a little from cell to cell.', right=True)])


def progress() -> Progress:
    """Return the list of what has been done."""
    return Progress('Start here', [GAIN, REUSE, TRAILING_EDGE, WEAKEST_PART, TRUSTED_CELL, COLUMN_ERROR, COMMON_LOSS, REMEDY])
