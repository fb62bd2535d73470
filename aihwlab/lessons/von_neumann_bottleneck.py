"""The exercises and quizzes of lesson 1, the von Neumann bottleneck."""

from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz
from aihwlab.physics.energy import analog_budget, digital_budget

FETCH = Exercise(
    title='Fetching a matrix',
    task='A matrix of 512 × 512 int8 weights is read from DRAM once. Moving 64 bits costs 1.3 nJ. '
         'How much energy does it take? Call it `energy`, in joules.',
    answer='energy',
    solution='''
        energy = 512 * 512 / 8 * 1.3e-9
    ''',
    hints=['64 bits hold eight weights of 8 bits each.'],
    properties=[Property('the energy of 32,768 accesses', expected=42.6e-6, atol=0,
                         hint='How many accesses of 64 bits are there, and what does each cost in joules?')])

INTENSITY = Exercise(
    title='Operations per byte',
    task='Write `intensity(outputs, inputs, batch, width)`: the operations per byte when a matrix is multiplied by a batch '
         'of vectors. Each weight, input and output takes up `width` bytes and is moved once. '
         'A multiplication and an addition are two operations.',
    answer='intensity',
    solution='''
        def intensity(outputs, inputs, batch, width):
            numbers = outputs * inputs + inputs * batch + outputs * batch
            return 2 * outputs * inputs * batch / (width * numbers)
    ''',
    hints=['There are `outputs * inputs` weights, `inputs * batch` inputs and `outputs * batch` outputs.'],
    properties=[
        Property('a large matrix and one vector in int8: nearly 2', lambda own: own(10_000, 10_000, 1, 1), 2.0),
        Property('the same in fp32: nearly 0.5', lambda own: own(10_000, 10_000, 1, 4), 0.5),
        Property('one weight, one input, one output: 2 operations for 3 bytes', lambda own: own(1, 1, 1, 1), 2 / 3),
        Property('inputs and outputs are moved as well', lambda own: own(100, 50, 64, 2), 640_000 / 29_200)])

ENOUGH_REUSE = Exercise(
    title='How large a batch?',
    task='Write `batch_needed(peak, bandwidth, width)`: the smallest batch with which a very large matrix keeps all the '
         'arithmetic of a machine busy. The peak is in operations per second, the bandwidth in bytes per second, and the '
         'width of a number in bytes. The result need not be a whole number.',
    answer='batch_needed',
    solution='''
        def batch_needed(peak, bandwidth, width):
            return peak / bandwidth * width / 2
    ''',
    hints=['For a large matrix the intensity is $2 B / b$, with $B$ vectors and $b$ bytes per number.',
           'The roof bends where the intensity equals `peak / bandwidth`.'],
    properties=[
        Property('100 TOP/s and 1 TB/s in int8', lambda own: own(100e12, 1e12, 1), 50.0),
        Property('wider numbers need larger batches', lambda own: own(100e12, 1e12, 4), 200.0),
        Property('twice the arithmetic needs twice the batch', lambda own: own(2e12, 1e11, 2) / own(1e12, 1e11, 2),
                 2.0),
        Property('twice the bandwidth needs half the batch', lambda own: own(1e12, 2e11, 2) / own(1e12, 1e11, 2), 0.5)])

PEAK = Quiz(
    'Twice the peak',
    'A phone recognises speech: it computes one matrix-vector product after another, with all weights in DRAM. '
    'The next processor has twice the peak and the same memory. How much faster are its products?',
    [Option('Twice as fast',
            'That holds to the right of the ridge, where arithmetic is the limit. A single vector is far to the left.'),
     Option('Not at all',
            'The product waits for its weights. The new arithmetic units wait with it.', right=True),
     Option('By the square root of two',
            'Arithmetic and transfers overlap, so the slower of the two alone decides.')])


def per_mac(settings: dict[str, int]) -> float:
    """Return the energy of one multiplication and addition in a 512 × 512 product on tiles, J."""
    return analog_budget(512, 512, **settings).per_mac


DESIGN = Exercise(
    title='Beat the best digital case',
    task='Choose `settings = dict(tile_size=..., adc_bits=...)` with at least 8 effective bits and tiles of at most '
         '512 rows and columns, so that a 512 × 512 product needs less energy than the digital machine in int8 with '
         'all weights on the chip and a batch of 64.',
    answer='settings',
    solution='''
        settings = dict(tile_size=512, adc_bits=8)
    ''',
    hints=['More bits cost energy, so take as few as allowed.', 'How many cells share one converter?'],
    properties=[
        Property('the converters have 8 bits or more', lambda settings: settings['adc_bits'] >= 8),
        Property('the tile has 512 rows or fewer', lambda settings: settings['tile_size'] <= 512),
        Property('the product needs less energy than the digital one',
                 lambda settings: per_mac(settings) < digital_budget(512, 512, 64, resident=1).per_mac,
                 hint='Move the sliders of the explorer until the black bar is the shortest.')])

GAIN = Quiz(
    'Where the gain comes from',
    'One core of the 64-core chip needs 13.4 nJ for a 256 × 256 product. '
    'In 7 nm, the int8 arithmetic alone takes 5 nJ. So why build the crossbar?',
    [Option('Its multiplications are cheaper than digital ones',
            'With its converters and its control it needs more than the digital arithmetic alone.'),
     Option('Its weights do not move',
            'Fetching them from DRAM would take 10.6 µJ for each product, unless a large batch shares them.', right=True),
     Option('It needs no converters',
            'It has one for each row and one for each column, and they are part of the 13.4 nJ.')])


def progress() -> Progress:
    """Return the list of what has been done."""
    return Progress('Lesson 1', [FETCH, INTENSITY, ENOUGH_REUSE, PEAK, DESIGN, GAIN])
