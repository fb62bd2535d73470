"""The predictions, exercises and quizzes of lesson 1, the von Neumann bottleneck."""

from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.prediction import Prediction
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz
from aihwlab.physics.energy import analog_budget, digital_budget

FETCH_COST = Prediction(
    'The price of a fetch',
    'In a chip of the 45 nm generation, an int8 weight is fetched from DRAM, multiplied by an input and added. How many times '
    'as much energy does the fetch take as the arithmetic?',
    [Option('About 7 times',
            'That is the price in a small memory on the same chip: 5 times for 8 KB, 11 times for 32 KB. DRAM is another '
            'chip, at the end of long wires.'),
     Option('About 70 times',
            'That is nearer to the price in a large memory on the same chip: 54 times for 1 MB. DRAM is another chip, at the '
            'end of long wires.'),
     Option('About 700 times',
            'It is 707 times: 162.5 pJ against 0.23 pJ. And in 7 nm it is 2,110 times, because arithmetic has become cheaper '
            'and DRAM has not.', right=True)])

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

ENOUGH_VECTORS = Prediction(
    'Enough vectors',
    'The weights are int8 and come from DRAM. With which batch does arithmetic take more than half of the energy?',
    [Option('About 8', 'Eight vectors share a fetch, but a fetch takes 2,110 times as much as one multiplication and '
                       'addition.'),
     Option('About 64', 'With 64 vectors, fetching still takes 33 times as much as the arithmetic: 2,110 divided by 64.'),
     Option('About 512', 'With 512 vectors, arithmetic takes only 19 %. With memory of the kind HBM2 you would be right.'),
     Option('None up to 512',
            'Even at 512 arithmetic takes only 19 %: a fetch from DRAM takes 2,110 times as much, so it would take '
            'more than two thousand vectors.', right=True)])

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

ONE_VECTOR = Prediction(
    'One vector on your machine',
    'Your machine multiplies a matrix of 4096 × 4096 numbers in fp32 by one vector. What fraction of its peak does it reach?',
    [Option('More than half',
            'The arithmetic units could, but they wait. Each weight of 4 bytes is used for two operations only, and memory '
            'cannot bring weights fast enough.'),
     Option('Between a quarter and a half',
            'That takes a batch of several vectors. A single one makes use of each 4 bytes for two operations only, and '
            'memory cannot bring them fast enough.'),
     Option('Less than a quarter',
            'Two operations for each weight of 4 bytes are 0.5 operations per byte. Processors need several for each byte '
            'that their memory brings: look for the ridge that the next cell measures.', right=True)])

EIGHT_TIMES = Prediction(
    'Eight times the arithmetic',
    'A machine of 100 TOP/s and 1 TB/s computes products with one vector in numbers of 8 bits. You give it eight times the '
    'arithmetic. What happens to the red point, which shows its speed?',
    [Option('It rises by a factor of 8',
            'Only where arithmetic is the limit. With one vector, memory is: each byte that arrives is used for 2 operations, '
            'and 1 TB/s cannot feed more than 2 TOP/s.'),
     Option('It rises a little',
            'The two limits do not share: the slower one decides alone. Here that is memory, and nothing has changed there.'),
     Option('It stays where it is',
            'It is waiting for memory. Eight times the arithmetic makes nothing faster; it only moves the ridge to the right.',
            right=True)])

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


TILE_SIZE = Prediction(
    'Small tiles or large ones',
    'A matrix of 512 × 512 weights is cut into tiles, and each tile has a DAC for each of its rows and an ADC for each of its '
    'columns. Lesson 3 gives a reason for small tiles: the resistance of wires. What do the converters say?',
    [Option('Many small tiles',
            'Each tile brings its own converters: cut a tile in four, and there are twice as many. With tiles of 8 × 8, they '
            'take 97.2 % of the energy.'),
     Option('A few large ones',
            'In a large tile, more cells share each converter. With tiles of 8 × 8 instead of 256 × 256, the product takes '
            '18 times as much energy.', right=True),
     Option('It does not matter: the number of cells is the same',
            'The cells take the same energy in either case, but every tile converts its own inputs and outputs.')])

SMALL_AND_PRECISE = Prediction(
    'Small and precise',
    'Small tiles hardly suffer from the resistance of their wires, and 12 bits lose nothing. So the best crossbar must be '
    'small and precise: tiles of 16 × 16 with ADCs of 12 effective bits. Where does it lie among the digital machines in '
    'int8?',
    [Option('Below all of them',
            'The multiplication itself would. But nearly all of the energy goes into the converters.'),
     Option('Between the two with weights on the chip',
            'There you find tiles of 256 × 256 with 8 bits, which share each converter among 256 cells. A small and '
            'precise tile has 16 cells for each, and each of its conversions costs more.'),
     Option('Above all but the one with DRAM and batch 1',
            'It takes 9.31 pJ: 5 times as much as the machine with its weights on the chip at batch 1, and more than the one '
            'with DRAM at batch 64. The converters take 99.3 % of it.', right=True)])


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
    return Progress('Lesson 1', [FETCH_COST, FETCH, ENOUGH_VECTORS, INTENSITY, ONE_VECTOR, EIGHT_TIMES, ENOUGH_REUSE, PEAK,
                                 TILE_SIZE, SMALL_AND_PRECISE, DESIGN, GAIN])
