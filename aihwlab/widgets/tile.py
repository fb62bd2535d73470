"""The product on a tile: converters, noise and imperfect weights, against the exact product."""

import numpy as np
from matplotlib.figure import Figure

from aihwlab.physics.tile_product import ADC_BITS, Products, products
from aihwlab.widgets.controls import Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.style import BLACK, BLUE, RED, ceiling, tidy
from aihwlab.widgets.words import time_in_words

CONTROLS = {
    'dac_bits': Slider('bits of the DAC', 7, 2, 12, 1, help='Resolution of the inputs.'),
    'adc_bits': Slider('bits of the ADC', 9, 2, 12, 1, help='Resolution of the outputs.'),
    'noise': Slider('output noise', 0.06, 0.0, 0.5, 0.01, symbol='out_noise',
                    help='Standard deviation; 1 is the current of one input and one weight that are both largest.'),
    'programming': Slider('programming and read noise', 1.0, 0.0, 3.0, 0.1, unit='× measured',
                          help='Noise of the conductances, relative to a measured phase-change array.'),
    'time': Slider('time since programming', 1.0, 1.0, 1e8, 0.25, unit='s', symbol='t', scale='log', words=time_in_words,
                   help='Cells drift by different amounts and are read with more noise; the mean exponent is left out.'),
    'inputs': Slider('inputs', 128, 16, 512, 16, symbol='N', help='Number of inputs of the tile.'),
    'adc_range': Slider('range of the ADC', 12.0, 1.0, 40.0, 0.5, symbol='out_bound',
                        help='Largest output that can be converted; larger ones are cut off.'),
    'wires': Slider('voltage drop on wires', 0.0, 0.0, 3.0, 0.1, symbol='ir_drop',
                    help='Strength of the approximate formula of the tile; 1 for 0.35 ohm and 5 µS.'),
    'seed': Slider('seed', 1, 1, 20, 1, help='Another seed: other weights, inputs and noise.'),
}


class TileExplorer(Explorer):
    """Analog against exact products of a tile, and the relative error against the bits of its output converter.

    Example:
        >>> TileExplorer()
        >>> TileExplorer(noise=0.0, programming=0.0, adc_bits=4)

    Args:
        start: values to open with, by the names of the controls: `dac_bits`, `adc_bits`, `noise`, `programming`,
            `time`, `inputs`, `adc_range`, `wires` and `seed`.
    """

    def __init__(self, **start: Value) -> None:
        super().__init__(products, ProductsView, CONTROLS, figsize=(7.8, 3.7), **start)


class ProductsView:
    """Scatter of the products on the left, error against bits on the right."""

    def __init__(self, figure: Figure) -> None:
        figure.get_layout_engine().set(rect=(0.02, 0, 0.965, 1))
        self.scatter, self.bits = figure.subplots(1, 2, width_ratios=(1.1, 1))
        self.scatter.set(xlabel='exact product', ylabel='analog product', title='24 vectors, 32 outputs')
        self.bits.set(xlabel='bits of the ADC', ylabel='relative error (%)', title='would another ADC help?',
                      yscale='log', xlim=(ADC_BITS[0] - 0.3, ADC_BITS[-1] + 0.3), ylim=(0.05, 300),
                      xticks=ADC_BITS[::2])
        self.bits.set_yticks([0.1, 1, 10, 100], ['0.1', '1', '10', '100'])
        for axes in (self.scatter, self.bits):
            tidy(axes)
        self.points, = self.scatter.plot([], [], '.', color=BLUE, alpha=0.3, markersize=4, label='analog')
        self.exact, = self.scatter.plot([], [], color=RED, linewidth=1.2, label='exact')
        self.scatter.legend(loc='upper left', frameon=False, fontsize='small')
        self.errors, = self.bits.plot([], [], color=BLUE, linewidth=2.2, label='this tile')
        self.chosen, = self.bits.plot([], [], 'o', color=BLACK, markersize=7, label='the ADC chosen')
        self.bits.legend(loc='lower left', frameon=False, fontsize='small')
        self.curves = [self.errors]

    def update(self, result: Products) -> None:
        self.points.set_data(result.exact.ravel(), result.analog.ravel())
        # Four standard deviations hold the exact products of nearly every seed, so that the axes seldom change.
        limit = ceiling(max(4 * result.spread, 1.05 * abs(result.exact).max(), 1.05 * abs(result.analog).max()))
        self.exact.set_data([-limit, limit], [-limit, limit])
        self.scatter.set(xlim=(-limit, limit), ylim=(-limit, limit))
        self.errors.set_data(ADC_BITS, 100 * result.errors)
        self.chosen.set_data([result.adc_bits], [100 * result.error])

    def describe(self, values: Values, result: Products) -> str:
        cut = 100 * np.mean(abs(result.analog) >= 0.999 * result.adc_range)
        sentence = (f"{values['inputs']} inputs, DAC with {values['dac_bits']} bits, ADC with {values['adc_bits']} bits: "
                    f'relative error {100 * result.error:.3g} %. With an ADC of 12 bits it is '
                    f'{100 * result.errors[-1]:.3g} %.')
        return sentence + (f' {cut:.2g} % of the outputs are cut off.' if cut > 0 else '')
