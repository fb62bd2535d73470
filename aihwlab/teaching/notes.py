"""What a teacher should know and the notebooks do not say: a note for the sections of each lesson, plain text."""

NOTES = {
    '00_start_here': {
        'A tour of four explorers':
            'Let the class vote before each picture, and ask somebody to defend the answer that loses. Nobody has to '
            'understand the four models today; each has a lesson of its own.',
        'An explorer of your own':
            'Point at the three parts in the code: the model knows nothing of the picture, and the view computes nothing. '
            'A class that does not program can skip the code and answer the question with the explorer.',
        'The remedy that fails':
            'Each line has two numbers: how far off the mean is, and how much columns scatter around it. Ask which of the '
            'two a larger array changes.',
    },
    '01_von_neumann_bottleneck': {
        '1 · What a number costs':
            'Picojoules, nanojoules and femtojoules stand side by side: write one energy in all three on the board first. '
            'A MAC is one multiplication and one addition; from section 3 on it counts as two operations.',
        '2 · Batch, format, residency':
            'The axis of energy is logarithmic: equal distances are equal factors. Ask for factors, not for differences.',
        '3 · The roofline of your machine':
            'Each computer gives other numbers, and one that runs on its battery or shows a video gives lower ones. '
            'Collect a few on the board: the ridge differs, the shape does not.',
        '4 · Leave the weights where they are':
            'Add up by hand, before the explorer: the converters of the tile need more than its cells.',
        '5 · A fair comparison':
            'Ask what each figure leaves out before you ask which chip wins.',
    },
    '02_pcm_physics': {
        '1 · A cell that remembers by being glass':
            'Glass and crystal are the same material; nothing is added or taken away. The thickness of the glass is the '
            'state, and the conductance follows from it.',
        '2 · One pulse, step by step':
            'Hot and molten are easily taken for the same: point at the melting temperature in the picture. Press Play '
            'first; for the questions, drag the moment by hand.',
        '3 · The obvious choice loses: why?':
            'Step through the first 200 ns together before you unfold the explanation: where is the edge of the crystal, '
            'and how hot is it there?',
        '4 · Trains of pulses: gradual up, abrupt down':
            'The horizontal axis counts pulses; it is not time. The histogram counts cells, after one pulse: ask what a '
            'single count in it stands for.',
        '5 · Reading without writing':
            'Dotted lines are Ohm’s law. Ask first where the two lines part, then why a reading voltage has to stay '
            'below.',
        '6 · Ten years':
            'On logarithmic axes a power law is a straight line: let somebody continue it from a day to ten years. Drift '
            'and loss of the glass are two different things, and only the second one depends strongly on temperature '
            'here.',
        '7 · Other materials':
            'The numbers are from different laboratories and cells of different sizes: good for orders of magnitude, not '
            'for a ranking.',
    },
    '03_crossbar_mvm': {
        '1 · Nine cells, two laws':
            'Inputs come in on the rows of the crossbar; in the matrix of a layer, inputs are the columns. The crossbar '
            'holds the transpose: say so once, with the nine cells in view.',
        '2 · Weights with a sign':
            'Ask what a weight of zero looks like in a pair, and whether there is only one way to store it.',
        '3 · The tile: everything on the way':
            'The relative error is that of the whole vector of outputs. One bit more halves the steps of a converter: it '
            'does not halve the error unless the steps are what causes it.',
        '4 · The obvious choice loses: wires':
            '64 pieces of 1 ohm against a cell of 40,000 ohm look like nothing. The current of all cells of a line flows '
            'through the same wire: let the class add it up before the picture.',
        '5 · From layers to tiles':
            'Draw four tiles on the board and ask which of them share inputs, and which share outputs.',
        '6 · The way back':
            'Drivers and converters change places; the cells stay as they are. Let somebody trace one current in both '
            'directions.',
        '7 · An update that nobody computes':
            'The probability is that of one time slot; the number of meetings follows from the number of slots. Ask who '
            'multiplies here.',
    },
    '04_lenet5_training': {
        '1 · The network, and where its weights live':
            'How large a tile is and how often it is used are two questions: answer both for the first convolution on the '
            'board.',
        '2 · A layer that never says the same thing twice':
            'Noise management takes away no noise: it sees to it that a small vector is not drowned by it.',
        '3 · The analog optimizer: what was wanted and what was done':
            'The three axes have different ranges; read them aloud. The orange line is the same in all three.',
        '4 · The training loop':
            'Ask where in the loop the analog part is. It is in no line of it: the layers and the optimizer bring it '
            'along.',
        '5 · Train it yourself':
            'Share the learning rates out among the class, then collect the results in one table. Single runs differ by '
            'several percent from seed to seed, so small differences mean nothing.',
        '6 · The obvious choice loses: why?':
            'Have the prediction written down before the variants are trained. Whoever was right should say why, and so '
            'should whoever was wrong.',
        '7 · Which devices learn?':
            'Ask what each of the devices that learn costs: size, speed, or that it has not been built.',
    },
    '05_training_on_imperfect_devices': {
        '1 · The point to which pulses pull':
            'Read both pictures at the same height: the dotted line is one line. Ask what a device without a symmetry point '
            'would do (one with steps that do not depend on the weight).',
        '2 · The obvious remedy fails: why?':
            'Let the class argue for the smaller learning rate; most will. Noise and miss are two things: noise gets smaller '
            'with patience, the miss does not.',
        '3 · Tiki-Taka: let the fast array forget':
            'Play it once without a word, then step by step, and let somebody tell what each dial does next. Forgetting is '
            'the point: ask who makes the fast array forget.',
        '4 · Choppers: a zero that may be wrong':
            'Draw two rows of signs on the board, that of the gradient and that of the error, before and after a chopper '
            'turns: only the second one keeps its sign.',
        '5 · Two weights on the surface of their loss':
            'Let everybody put a finger on the point where SGD will stop, before the picture.',
        '6 · LeNet5, four ways':
            'Mixed precision wins the race. Do not let it end there: section 8 shows what it pays.',
        '7 · A device of your own, from data':
            'The fitted numbers are not those that were put in, and that is no failure of the fit: it has found one cell, not '
            'its kind.',
        '8 · Accuracy against energy':
            'Ask what is missing in each column before you read the last one.',
    },
    '06_inference_and_drift': {
        '1 · From a weight to two cells':
            'The axis of counts is logarithmic: otherwise the heap of empty cells would hide everything else. Let somebody '
            'say where a single cell at 20 µS goes in a year.',
        '2 · Write a digit, and let the chip read it':
            'Have each student write the same digit, and collect which of them survive a year. For a class without '
            'anywidget there is the menu. Question 2 is the core: both remedies work, by different means.',
        '3 · One factor for thousands of cells':
            'Ask who measures the factor, and when: the chip itself, whenever it is read. The last column of the table is '
            'what no such factor can repair.',
        '4 · Which flaw costs most?':
            'Taking one flaw away at a time and adding one at a time need not give the same order, because squares add up. '
            'Let the class add the squares of what each flaw contributes.',
        '5 · The obvious choice loses: why?':
            'Have the prediction written down. The point is the question before it: on which day is the decision made, and '
            'on which day is the chip used?',
        '6 · Training that is aware of the hardware':
            'Dropout is a cousin that most students know: noise in training only. Ask what the two have in common.',
        '7 · The energy of one digit':
            'Ask for the largest part on each side before the figure, and which of them a smaller network would make '
            'smaller.',
    },
}
"""Notes by the name of a notebook and the title of a section."""
