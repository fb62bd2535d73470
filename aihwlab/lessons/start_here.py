"""What the first page of the course, start here, asks."""

from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz

GAIN = Quiz(
    'What is saved',
    'Which step of a product of a matrix with a vector does a crossbar save?',
    [Option('Moving the weights from a memory to the processor', 'They are the conductances at the crosspoints and stay '
            'there. Only inputs and results move.', right=True),
     Option('Moving the inputs', 'They still have to be sent to the rows, as voltages, for every product.'),
     Option('Making numbers of the results', 'The results are currents. Whoever wants numbers has to convert them, and '
            'that costs: lesson 1 counts it.')])

COLUMN_ERROR = Exercise(
    title='The error of a column',
    task='Write `column_error(cell_error, cells)`: the relative error to be expected of the current of a column, if the '
         'conductance of each cell has the relative error `cell_error`, independent of the others, and all cells should '
         'have the same conductance.',
    answer='column_error',
    solution='''
        def column_error(cell_error, cells):
            return cell_error / cells ** 0.5
    ''',
    hints=['Variances of independent errors add up; the standard deviation is the root of the variance.',
           'The absolute error grows as $\\sqrt{n}$, the current as $n$.'],
    properties=[
        Property('one cell has its own error', lambda own: own(0.3, 1), 0.3),
        Property('cells without error make a column without error', lambda own: own(0.0, 256), 0.0, atol=1e-12),
        Property('256 cells with 30 % each', lambda own: own(0.3, 256), 0.01875),
        Property('four times as many cells halve the error', lambda own: own(0.2, 400) / own(0.2, 100), 0.5)])

REMEDY = Quiz(
    'What helps against a common factor',
    'All cells of a column have lost 10 % of their conductance. What brings the right result back?',
    [Option('A column with more cells', 'All of them have lost 10 %, so their sum has as well, however many there are.'),
     Option('An output converter with more bits', 'It tells more precisely that 10 % are missing.'),
     Option('Dividing the result by 0.9', 'What is common to all cells can be taken out with one number. Lesson 2 shows how '
            'well that works for drift, whose exponent differs a little from cell to cell.', right=True)])


def progress():
    """Return the list of what is done."""
    return Progress('Start here', [GAIN, COLUMN_ERROR, REMEDY])
