"""What a product costs on crossbars with their converters, compared with several digital machines and a chip."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from aihwlab.physics.chips import CHIPS
from aihwlab.physics.energy import Budget, analog_budget, digital_budget
from aihwlab.widgets.controls import Slider, Value, Values
from aihwlab.widgets.energy import DOUBLING, brief
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.frame import STILL
from aihwlab.widgets.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, tidy

SIZE = 512
"""Rows and columns of the matrix."""

TILES = 2 ** np.arange(3, 10)
"""The tile sizes along the curves."""

COLOURS = {'cells': GREEN, 'ADCs': RED, 'DACs': ORANGE, 'digital': BLUE}
STYLES = {'cells': '-', 'DACs': '--', 'ADCs': '-', 'digital': ':'}

DIGITAL = {
    'DRAM,\nbatch 1': dict(batch=1),
    'DRAM,\nbatch 64': dict(batch=64),
    'on chip,\nbatch 1': dict(batch=1, resident=1.0),
    'on chip,\nbatch 64': dict(batch=64, resident=1.0),
}
"""Digital machines to compare with, 8 bits in 7 nm, by where their weights are."""

MEASURED = {'64-core chip,\n1 phase': CHIPS['64 cores, one phase'],
            '64-core chip,\n4 phases': CHIPS['64 cores, four phases']}
"""Chips to compare with."""


@dataclass(frozen=True)
class TileEnergies:
    """The energy of a product on tiles of the chosen size, and on tiles of each of the sizes in `TILES`."""

    tile_size: int
    chosen: Budget
    curve: list[Budget]


class TileEnergy(Explorer):
    """The energy of one multiplication and addition on crossbars, against their size, and on other machines.

    It opens with tiles of 256 rows and columns whose converters resolve 8 bits.

    Example:
        >>> TileEnergy(tile_size=16, adc_bits=10)

    Args:
        start: values to open with, by the names of the controls: `tile_size`, `adc_bits`, `time` (ns) and
            `figure_of_merit` (fJ).
    """

    def __init__(self, **start: Value) -> None:
        super().__init__(tile_energies, TileView, {
            'tile_size': Slider('rows and columns of a tile', 256, 8, 512, DOUBLING, scale='log', symbol='n',
                                help='All cells of a column share one ADC.'),
            'adc_bits': Slider('effective bits of the ADCs', 8, 4, 12, 1, help='Each additional bit doubles their energy.'),
            'time': Slider('reading time', 130, 10, 1000, np.log10(13).item() / 11, unit='ns', symbol='t', scale='log',
                           help='How long the voltages are on; long enough for the noise to average out.'),
            'figure_of_merit': Slider('figure of merit of the converters', 34, 2, 500, np.log10(17).item() / 12,
                                      unit='fJ per step', scale='log', help='Energy of a conversion, divided by 2^bits.'),
        }, figsize=(7.8, 3.8), **start)


def tile_energies(tile_size: float, adc_bits: int, time: float, figure_of_merit: float) -> TileEnergies:
    """Return the energies of products on crossbars: the model of the explorer."""
    settings = dict(adc_bits=adc_bits, time=1e-9 * time, figure_of_merit=1e-15 * figure_of_merit)
    tile_size = round(tile_size)
    return TileEnergies(tile_size, analog_budget(SIZE, SIZE, tile_size=tile_size, **settings),
                        [analog_budget(SIZE, SIZE, tile_size=int(size), **settings) for size in TILES])


def digital_energies() -> dict[str, float]:
    """Return the energy of a multiplication and addition on each of the digital machines, J."""
    return {name: digital_budget(SIZE, SIZE, **case).per_mac for name, case in DIGITAL.items()}


class TileView:
    """Energy against tile size on the left, comparison with other machines on the right."""

    def __init__(self, figure: Figure) -> None:
        self.energy, self.others = figure.subplots(1, 2, width_ratios=(1.1, 1))
        self.energy.set(xlabel='rows and columns of a tile', ylabel='energy of one MAC (pJ)', xscale='log',
                        yscale='log', xlim=(7, 590), ylim=(1e-4, 1e4), title='crossbars: the parts')
        self.energy.set_xticks(TILES, [str(size) for size in TILES])
        self.energy.set_xticks([], minor=True)
        tidy(self.energy)
        self.total, = self.energy.plot([], [], color=BLACK, linewidth=2.4, label='total')
        self.parts = {part: self.energy.plot([], [], color=colour, linestyle=STYLES[part], linewidth=1.8, label=part)[0]
                      for part, colour in COLOURS.items()}
        self.point, = self.energy.plot([], [], 'o', color=BLACK, markersize=8)
        self.energy.legend(loc='upper right', frameon=False, fontsize='small', ncols=3)
        rows = {'crossbars': 1e-12, **digital_energies(),
                **{name: chip.energy_per_mac for name, chip in MEASURED.items()}}
        colours = [BLACK, *[BLUE] * len(DIGITAL), *[PURPLE] * len(MEASURED)]
        self.others.set(xscale='log', xlim=(1e-2, 1e5), xlabel='energy of one MAC (pJ)', title='next to other machines')
        tidy(self.others)
        self.bars = self.others.barh(list(rows), [1e12 * energy for energy in rows.values()], color=colours, height=0.6)
        self.labels = [self.others.text(1.25e12 * energy, row, f'{brief(1e12 * energy)} pJ', va='center',
                                        fontsize='small') for row, energy in enumerate(rows.values())]
        for artist in (*self.bars[1:], *self.labels[1:]):
            artist.set_zorder(STILL)
        self.others.tick_params(axis='y', labelsize='small')
        self.others.invert_yaxis()
        self.curves = [self.total]

    def update(self, result: TileEnergies) -> None:
        self.total.set_data(TILES, [1e12 * budget.per_mac for budget in result.curve])
        for part, line in self.parts.items():
            line.set_data(TILES, [1e12 * budget.parts[part] / budget.macs for budget in result.curve])
        picojoules = 1e12 * result.chosen.per_mac
        self.point.set_data([result.tile_size], [picojoules])
        self.bars[0].set_width(picojoules)
        self.labels[0].set_x(1.25 * picojoules)
        self.labels[0].set_text(f'{brief(picojoules)} pJ')

    def describe(self, values: Values, result: TileEnergies) -> str:
        budget = result.chosen
        converters = budget.share('ADCs') + budget.share('DACs')
        ratios = [f"{brief(energy / budget.per_mac)} times as much ({name.replace(chr(10), ' ')})"
                  for name, energy in digital_energies().items()]
        return (f"Tiles of {result.tile_size} × {result.tile_size}, ADCs with {values['adc_bits']} effective bits: "
                f'{brief(1e12 * budget.per_mac)} pJ for one multiplication and addition (MAC), of which '
                f'{brief(100 * converters)} % go into converters and {brief(100 * budget.share("cells"))} % into '
                f'cells. An 8-bit digital machine takes {", ".join(ratios[:-1])} or {ratios[-1]}.')
