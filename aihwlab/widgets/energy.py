"""Where the energy of a matrix product goes on a digital machine."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from aihwlab.physics.energy import Budget, digital_budget
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.style import BLACK, BLUE, GREEN, ORANGE, RED, tidy

SIZE = 512
"""Rows and columns of the matrix: 1 MiB in the widest format."""

BATCHES = 2 ** np.arange(10)
"""The batches along the curves."""

DOUBLING = np.log10(2).item()
"""Step of a logarithmic slider whose value doubles, decades."""

BATCH = Slider('batch', 1, 1, 512, DOUBLING, unit='vectors', one='vector', symbol='B', scale='log',
               help='How many vectors are multiplied by a matrix before the next matrix is fetched.')

COLOURS = {'arithmetic': BLUE, 'weights from memory': RED, 'weights on the chip': ORANGE, 'inputs and outputs': GREEN}
STYLES = {'arithmetic': '-', 'weights from memory': '-', 'weights on the chip': '--', 'inputs and outputs': ':'}


@dataclass(frozen=True)
class Energies:
    """The energy of the chosen product, and of the products with each of the `BATCHES`."""

    batch: int
    chosen: Budget
    curve: list[Budget]


def brief(value: float) -> str:
    """Return a number as text, with three significant digits and no power of ten."""
    return f'{float(f"{value:.3g}"):,.12g}'


class ProductEnergy(Explorer):
    """The energy of one multiplication and addition against the batch, and where it goes.

    It opens with a product that fetches all weights from DRAM for a single vector.

    Example:
        >>> ProductEnergy(number='fp32', resident=50.0)

    Args:
        start: values to open with, by the names of the controls: `batch`, `number`, `resident` (%) and `memory`.
    """

    def __init__(self, **start: Value) -> None:
        super().__init__(energies, EnergyView, {
            'batch': BATCH,
            'number': Choice('number format', 'int8', ('int8', 'bfloat16', 'fp16', 'fp32'),
                             help='Format of weights, inputs and outputs.'),
            'resident': Slider('weights that stay on the chip', 0, 0, 100, 5, unit='%', symbol='r',
                               help='The rest is fetched from the memory beside the chip.'),
            'memory': Choice('memory beside the chip', 'DRAM', ('DRAM', 'HBM2', 'GDDR6'),
                             help='HBM2 and GDDR6 are stacked or placed close to the processor.'),
        }, figsize=(7.8, 3.6), **start)


def energies(batch: float, number: str, resident: float, memory: str) -> Energies:
    """Return the energies of products in 7 nm technology: the model of the explorer."""
    budgets = [digital_budget(SIZE, SIZE, int(one), number, memory=memory, resident=resident / 100) for one in BATCHES]
    batch = round(batch)
    return Energies(batch, digital_budget(SIZE, SIZE, batch, number, memory=memory, resident=resident / 100), budgets)


class EnergyView:
    """Energy against batch on the left, shares on the right."""

    def __init__(self, figure: Figure) -> None:
        self.energy, self.shares = figure.subplots(1, 2, width_ratios=(1.3, 1))
        self.energy.set(xlabel='batch (vectors)', ylabel='energy of one MAC (pJ)', xscale='log', yscale='log',
                        xlim=(0.85, 620), ylim=(1e-3, 1e6), title='a batch shares its weights')
        self.energy.set_xticks(BATCHES[::2], [str(batch) for batch in BATCHES[::2]])
        self.energy.set_xticks([], minor=True)
        self.shares.set(xlabel='share of the energy (%)', xlim=(0, 128), title='where the energy goes')
        for axes in (self.energy, self.shares):
            tidy(axes)
        self.shares.grid(False)
        self.total, = self.energy.plot([], [], color=BLACK, linewidth=2.4, label='total')
        self.parts = {part: self.energy.plot([], [], color=colour, linestyle=STYLES[part], linewidth=1.8, label=part)[0]
                      for part, colour in COLOURS.items()}
        self.point, = self.energy.plot([], [], 'o', color=BLACK, markersize=8)
        self.energy.legend(loc='upper right', frameon=False, fontsize='small', ncols=2)
        names = [part.replace('weights ', 'weights\n').replace('inputs ', 'inputs\n') for part in COLOURS]
        self.bars = self.shares.barh(names, [0] * len(names), color=COLOURS.values(), height=0.6)
        self.labels = [self.shares.text(0, row, '', va='center') for row in range(len(names))]
        self.shares.invert_yaxis()
        self.shares.set_xticks(range(0, 101, 25))
        self.curves = [self.total]

    def update(self, result: Energies) -> None:
        self.total.set_data(BATCHES, [1e12 * budget.per_mac for budget in result.curve])
        for part, line in self.parts.items():
            line.set_data(BATCHES, [1e12 * budget.parts[part] / budget.macs or np.nan for budget in result.curve])
        self.point.set_data([result.batch], [1e12 * result.chosen.per_mac])
        for part, bar, label in zip(COLOURS, self.bars, self.labels):
            share = 100 * result.chosen.share(part)
            bar.set_width(share)
            label.set_x(share + 2)
            label.set_text(f'{brief(share)} %')

    def describe(self, values: Values, result: Energies) -> str:
        budget = result.chosen
        biggest = max(budget.parts, key=budget.parts.__getitem__)
        arithmetic = budget.parts['arithmetic']
        return (f"{values['number']}, batch {result.batch}, {values['resident']:.0f} % of the weights on the chip, the "
                f"rest from {values['memory']}: {brief(1e12 * budget.per_mac)} pJ for one multiplication and addition "
                f'(MAC), {brief(budget.total / arithmetic)} times as much as the arithmetic alone. The largest share, '
                f'{brief(100 * budget.share(biggest))} %, goes into {biggest}.')
