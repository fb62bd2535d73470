"""The exercises and quizzes of the first page of the course, start here."""

from aihwlab.lessons.exercise import Exercise
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
    return Progress('Start here', [GAIN, COLUMN_ERROR, REMEDY])
